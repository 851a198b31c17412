package dev.inferlab.gateway.idempotency;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/**
 * What a submit was answered, so that the same request can be answered the same again.
 *
 * @param location path of what was made; may be null
 * @param body JSON text
 */
public record Answer(int status, String location, String body) {
  public Response toResponse() {
    Response.ResponseBuilder response =
        Response.status(status).entity(body).type(MediaType.APPLICATION_JSON_TYPE);
    return location == null
        ? response.build()
        : response.header(HttpHeaders.LOCATION, URI.create(location)).build();
  }
}
