package io.winnow.models.surrogate;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.util.List;

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

  /** Null makes Jackson report an error with the known types. */
  @Override
  public JavaType typeFromId(DatabindContext context, String id) {
    return Surrogates.all().stream()
        .filter(type -> type.name().equals(id))
        .map(type -> context.constructType(type.settings()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public String getDescForKnownTypeIds() {
    List<String> names = Surrogates.all().stream().map(SurrogateType::name).toList();
    return names.toString();
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
