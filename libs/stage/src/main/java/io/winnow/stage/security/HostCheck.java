package io.winnow.stage.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.winnow.contracts.Shown;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses requests whose {@code Host} is a public name that {@code winnow.http.hosts} does not
 * list. Otherwise a page of another site could let its own name point to this process (DNS
 * rebinding), and read in its visitors' browsers what only they can reach.
 *
 * <p>Addresses, names without a dot, and names that nobody can register ({@code .localhost}, {@code
 * .local}, {@code .internal}, {@code .svc}) are always accepted.
 */
@ApplicationScoped
class HostCheck {
  // before authentication
  private static final int PRIORITY = 400;
  private static final int MISDIRECTED = 421;

  // no public name has a last part of digits only
  private static final Pattern PRIVATE =
      Pattern.compile("[^.]+|.*:.*|.*\\.(localhost|local|internal|svc|[0-9]+)");

  private final List<String> hosts;

  HostCheck(@ConfigProperty(name = "winnow.http.hosts") Optional<List<String>> hosts) {
    this.hosts = hosts.orElse(List.of()).stream().map(HostCheck::canonical).toList();
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, PRIORITY);
  }

  void check(RoutingContext context) {
    HostAndPort authority = context.request().authority();
    String given = context.request().getHeader(HttpHeaders.HOST);
    // HTTP/1.0 has none; browsers always send one
    if (authority == null ? given == null : accepts(authority.host())) {
      context.next();
      return;
    }
    String host = authority == null ? given : authority.host();
    Problems.end(
        context,
        MISDIRECTED,
        new Problem(
            "host \"" + Shown.of(host) + "\" is not a name of this service",
            "use its address, or list the name in winnow.http.hosts"));
  }

  boolean accepts(String host) {
    String name = canonical(host);
    return PRIVATE.matcher(name).matches() || hosts.contains(name);
  }

  // names are case-insensitive, and may end with the root's dot
  private static String canonical(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
