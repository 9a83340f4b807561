package io.winnow.stage.rest;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns the exceptions of every endpoint into a {@link Problem}. */
class ProblemMapper {

  @ServerExceptionMapper
  Response map(InvalidInputException bad) {
    return Problems.of(bad);
  }

  @ServerExceptionMapper
  Response map(StoreUnavailableException away) {
    return Problems.of(away);
  }
}
