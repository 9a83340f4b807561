package io.winnow.stage.security;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Authenticates requests that carry the token {@code winnow.api.token} as {@code Authorization:
 * Bearer}. {@code quarkus.http.auth.permission} requires it for all requests that may change
 * something. If no token is configured, no request is authenticated.
 */
@ApplicationScoped
class ApiToken implements HttpAuthenticationMechanism {
  private static final String SCHEME = "Bearer ";
  private static final int UNAUTHORIZED = 401;

  private final Optional<byte[]> token;

  ApiToken(@ConfigProperty(name = "winnow.api.token") Optional<String> token) {
    this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (token.isEmpty() || header == null || !isBearer(header)) {
      return Uni.createFrom().nullItem();
    }
    byte[] given = header.substring(SCHEME.length()).trim().getBytes(StandardCharsets.UTF_8);
    // in constant time: the time must not reveal how much of a guess is right
    if (!MessageDigest.isEqual(given, token.get())) {
      return Uni.createFrom().nullItem();
    }
    return Uni.createFrom()
        .item(
            QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal("winnow.api.token"))
                .build());
  }

  /** Schemes are case-insensitive (RFC 9110, section 11.1). */
  static boolean isBearer(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    String realm =
        token.isPresent()
            ? "send the token of winnow.api.token"
            : "winnow.api.token is not configured: write access is disabled";
    return Uni.createFrom()
        .item(
            new ChallengeData(UNAUTHORIZED, "WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of();
  }
}
