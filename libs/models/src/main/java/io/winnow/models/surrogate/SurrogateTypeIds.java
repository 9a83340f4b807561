package io.winnow.models.surrogate;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import io.winnow.contracts.InvalidInputException;
import java.util.stream.Collectors;

/** The {@code type} of an architecture in JSON, from the registry. */
final class SurrogateTypeIds extends TypeIdResolverBase {

  @Override
  public String idFromValue(Object architecture) {
    return idFromValueAndType(architecture, architecture.getClass());
  }

  @Override
  public String idFromValueAndType(Object architecture, Class<?> settings) {
    return Surrogates.all().stream()
        .filter(type -> type.settings().equals(settings))
        .map(SurrogateType::name)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(settings + " is not registered"));
  }

  @Override
  public JavaType typeFromId(DatabindContext context, String id) {
    return Surrogates.all().stream()
        .filter(type -> type.name().equals(id))
        .map(type -> context.constructType(type.settings()))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no surrogate architecture \"" + id + "\"",
                    "use one of " + getDescForKnownTypeIds()));
  }

  @Override
  public String getDescForKnownTypeIds() {
    return Surrogates.all().stream().map(SurrogateType::name).collect(Collectors.joining(", "));
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
