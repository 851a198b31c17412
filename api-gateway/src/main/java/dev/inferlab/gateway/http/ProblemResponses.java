package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Writes into the API description what holds for every call. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ProblemResponses implements OASFilter {
  private static final String SCHEMA = "Problem";
  private static final Pattern WITHOUT_BODY = Pattern.compile("/(cancel|drain|undrain)$");
  private static final Set<String> LISTS =
      Set.of(
          "/api/v1/catalog/entries",
          "/api/v1/catalog/sources",
          "/api/v1/models",
          "/api/v1/models/{id}/versions",
          "/api/v1/datasets",
          "/api/v1/datasets/{id}/images",
          "/api/v1/targets",
          "/api/v1/projects",
          "/api/v1/experiments");

  @Override
  public void filterOpenAPI(OpenAPI api) {
    if (api.getComponents() == null) {
      api.setComponents(OASFactory.createComponents());
    }
    api.getComponents().addSchema(SCHEMA, problem());
    api.getPaths()
        .getPathItems()
        .forEach(
            (path, item) -> {
              item.getOperations().values().forEach(ProblemResponses::addProblem);
              if (WITHOUT_BODY.matcher(path).find()) {
                item.getPOST().setRequestBody(null); // Read only to be refused.
              }
              if (LISTS.contains(path)) {
                addPaging(path, item);
              }
            });
  }

  private static void addProblem(Operation operation) {
    APIResponse response =
        OASFactory.createAPIResponse()
            .description("Refused or failed; 'code' says why, 'advice' what to do")
            .content(
                OASFactory.createContent()
                    .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                            .schema(
                                OASFactory.createSchema().ref("#/components/schemas/" + SCHEMA))));
    operation.getResponses().setDefaultValue(response);
  }

  private static void addPaging(String path, PathItem item) {
    Operation list = item.getGET();
    list.addParameter(
        query("limit", Schema.SchemaType.INTEGER, "Most items of a page, 1 to 200; usually 50"));
    list.addParameter(
        query("cursor", Schema.SchemaType.STRING, "The nextCursor of the page before"));
    if (!path.endsWith("/images")) {
      list.addParameter(query("sort", Schema.SchemaType.STRING, "See the description"));
    }
  }

  private static Parameter query(String name, Schema.SchemaType type, String description) {
    return OASFactory.createParameter()
        .name(name)
        .in(Parameter.In.QUERY)
        .description(description)
        .schema(schema(type));
  }

  private static Schema problem() {
    Schema violation =
        object()
            .addProperty("path", schema(Schema.SchemaType.STRING))
            .addProperty("reason", schema(Schema.SchemaType.STRING));
    Schema location =
        object()
            .addProperty("file", schema(Schema.SchemaType.STRING))
            .addProperty("line", schema(Schema.SchemaType.INTEGER))
            .addProperty("column", schema(Schema.SchemaType.INTEGER))
            .addProperty("layer", schema(Schema.SchemaType.STRING));
    return object()
        .addProperty("type", schema(Schema.SchemaType.STRING))
        .addProperty("title", schema(Schema.SchemaType.STRING))
        .addProperty("status", schema(Schema.SchemaType.INTEGER))
        .addProperty("detail", schema(Schema.SchemaType.STRING))
        .addProperty("instance", schema(Schema.SchemaType.STRING))
        .addProperty("code", schema(Schema.SchemaType.STRING))
        .addProperty("advice", schema(Schema.SchemaType.STRING))
        .addProperty("violations", schema(Schema.SchemaType.ARRAY).items(violation))
        .addProperty("location", location)
        .addProperty("traceId", schema(Schema.SchemaType.STRING));
  }

  private static Schema object() {
    return schema(Schema.SchemaType.OBJECT);
  }

  private static Schema schema(Schema.SchemaType type) {
    return OASFactory.createSchema().type(List.of(type));
  }
}
