package io.winnow.encoder;

import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The engine as a bean, started on first use. */
@Singleton
class EngineBeans {

  @Produces
  @Singleton
  Torch torch(
      @ConfigProperty(name = "winnow.engine.threads", defaultValue = "0") int threads,
      @ConfigProperty(name = "winnow.engine.device", defaultValue = "cpu") String device,
      @ConfigProperty(name = "winnow.engine.tf32", defaultValue = "false") boolean tf32) {
    return Torch.start(new TorchSettings(threads, device, tf32));
  }

  void close(@Disposes Torch torch) {
    torch.close();
  }
}
