package dev.inferlab.gateway.http;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** The head of the API description. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Inferlab",
            version = "1",
            description =
                """
                Measure deep-learning models on the machines of a lab. Times are ISO 8601 in UTC, ids are
                UUIDs, a number carries its unit in its name. Lists take limit, cursor and sort; fields
                and parameters that are not known are refused. What went wrong is told as
                application/problem+json with a registered code."""))
public class ApiDescription extends Application {}
