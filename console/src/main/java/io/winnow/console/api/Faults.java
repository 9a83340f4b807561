package io.winnow.console.api;

import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.rest.Problems;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What goes wrong behind any endpoint, as an answer. */
class Faults {

  @ServerExceptionMapper
  Response map(InvalidInputException bad) {
    return Problems.of(bad);
  }

  @ServerExceptionMapper
  Response map(StoreUnavailableException away) {
    return Problems.of(away);
  }
}
