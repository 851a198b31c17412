package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.catalog.zoo.Postprocessing;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.gateway.catalog.zoo.ZooInput;
import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.model.InputSpec;
import dev.inferlab.platform.problem.Violation;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A model that can be had, as users see it.
 *
 * @param task our word; absent if none fits
 * @param taskType the catalogue's word
 * @param framework Open Model Zoo's word: dldt (OpenVINO IR), onnx, tf, tflite, paddle, caffe,
 *     mxnet
 * @param precisions that can be asked for
 * @param sizeBytes of the largest download of one precision
 * @param importable false: {@code problems} say why
 * @param warnings what the import does not honour
 */
@Schema(name = "CatalogEntry")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record EntryView(
    UUID id,
    UUID sourceId,
    String source,
    String name,
    String path,
    String description,
    String task,
    String taskType,
    String framework,
    List<String> precisions,
    long sizeBytes,
    String license,
    boolean importable,
    List<Violation> problems,
    List<Violation> warnings,
    List<ZooFile> files,
    List<Postprocessing> postprocessing,
    List<ZooInput> inputs,
    List<String> cutInputs,
    List<String> cutOutputs,
    @Schema(implementation = InputSpec.class) JsonNode inputSpec,
    @Schema(implementation = Object.class) JsonNode taskSettings,
    List<String> labels,
    String partOf,
    List<String> parts) {
  static EntryView of(CatalogEntry row, String source, ZooModel model) {
    return new EntryView(
        row.id,
        row.sourceId,
        source,
        model.name(),
        model.path(),
        model.description(),
        model.task(),
        model.taskType(),
        model.framework(),
        model.precisions(),
        row.sizeBytes,
        model.license(),
        row.importable,
        model.problems(),
        model.warnings(),
        model.files(),
        model.postprocessing(),
        model.inputs(),
        model.cutInputs(),
        model.cutOutputs(),
        model.inputSpec(),
        model.taskSettings(),
        model.labels(),
        model.partOf(),
        model.parts());
  }
}
