package dev.inferlab.platform.problem;

/**
 * Every code that a user of Inferlab can meet, in REST answers, on the agents' stream and in the
 * history of jobs. Clients rely on the names: a code is added, never renamed or reused. {@code
 * docs/errors.md} is made from this list.
 */
public enum ProblemCode {
  // ------------------------------------------------------------------------------------------ the
  // request itself
  REQUEST_INVALID(
      400, "The request is not valid", "Correct what 'violations' names and send it again."),
  JSON_MALFORMED(
      400,
      "The body is not JSON",
      "Correct the JSON as 'detail' says; 'location' names the place where it is known."),
  JSON_UNKNOWN_FIELD(
      400,
      "The body has a field that is not known here",
      "Remove what 'violations' names, or correct its spelling; the API description lists the fields."),
  JSON_WRONG_SHAPE(
      400,
      "A field of the body has the wrong type",
      "Give the field the type that the API description shows."),
  CURSOR_INVALID(400, "The cursor is not one that this list gave", "Start again without 'cursor'."),
  SORT_INVALID(
      400,
      "The list cannot be sorted this way",
      "Use one of the sort fields that the API description names, with '-' before it for descending order."),
  FILTER_INVALID(
      400,
      "The list cannot be filtered this way",
      "Use the filters that the API description names."),
  REFERENCE_NOT_FOUND(
      422,
      "The request refers to something that does not exist",
      "Use an id that exists; 'violations' names the field."),
  EVENTS_EXPIRED(
      410,
      "The events cannot go on from the last one seen",
      "Read the resources again, then follow the events anew without Last-Event-ID."),
  IDEMPOTENCY_KEY_INVALID(
      400,
      "The Idempotency-Key is not usable",
      "Use 1 to 200 printable ASCII characters, for example a UUID."),
  IDEMPOTENCY_KEY_REUSED(
      409,
      "The Idempotency-Key was used for another request",
      "Use a new key for a new request; repeat a request with the same body."),
  NOT_AUTHENTICATED(401, "Nobody is signed in", "Sign in and send the request again."),
  FORBIDDEN(
      403, "This is not allowed", "Ask the owner or an administrator for the right to do it."),
  ORIGIN_NOT_ALLOWED(
      403,
      "Pages of other sites may not use this lab",
      "Use the lab's own address, or ask the operator to add the page's origin to 'inferlab.http.allowed-origins'."),
  HOST_NOT_ALLOWED(
      403,
      "The lab does not go by this name",
      "Use 'localhost' or the lab's IP address, or ask the operator to add the name to 'inferlab.http.allowed-hosts'."),
  NOT_FOUND(404, "There is nothing at this address", "Check the path against the API description."),
  METHOD_NOT_ALLOWED(
      405,
      "This address does not take this method",
      "The 'Allow' header and the API description list the methods."),
  NOT_ACCEPTABLE(
      406,
      "The answer cannot be given in this media type",
      "Accept application/json, or the type that the API description names."),
  CONFLICT(
      409,
      "The request does not fit the present state",
      "Read the resource again and decide anew."),
  GONE(410, "This is no longer there", "Use what replaces it, or begin anew."),
  PRECONDITION_FAILED(
      412,
      "A precondition of the request does not hold",
      "Read the resource again and decide anew."),
  PAYLOAD_TOO_LARGE(
      413, "The body is too large", "Send less, or use a resumable upload for files."),
  MEDIA_TYPE_UNSUPPORTED(
      415,
      "The body's media type is not taken here",
      "Send the media type that the API description names."),
  RANGE_INVALID(
      416, "The range lies outside the content", "Ask for a range within the content's size."),
  TOO_MANY_REQUESTS(
      429, "Too many requests", "Wait for the time in 'Retry-After', then go on more slowly."),
  INTERNAL(
      500,
      "Something went wrong on our side",
      "Try again; if it stays, report it with the 'traceId'."),
  NOT_IMPLEMENTED(
      501, "This is not offered", "Use one of the methods that the API description names."),
  OVERLOADED(
      503,
      "The service has too much to do",
      "Wait for the time in 'Retry-After', then send it again."),
  DATABASE_UNAVAILABLE(
      503,
      "The database is away",
      "Wait for the time in 'Retry-After', then send it again, with the same 'Idempotency-Key' where one is taken: it may have been carried out."),

  // ------------------------------------------------------------------------------------------
  // uploads and archives
  UPLOAD_NOT_FOUND(
      404, "No such upload", "Begin a new upload; unfinished ones are removed after a while."),
  UPLOAD_OFFSET_MISMATCH(
      409,
      "The upload goes on at another offset",
      "Ask for the offset with HEAD and go on from there."),
  UPLOAD_INCOMPLETE(409, "The upload is not finished", "Send the rest of its bytes first."),
  UPLOAD_ALREADY_USED(
      409, "The upload was used before", "Upload the file again; an upload is used once."),
  UPLOAD_TOO_LARGE(
      413,
      "The upload is larger than allowed",
      "Send a smaller file, or ask the operator to raise the limit."),
  UPLOAD_VERSION_UNSUPPORTED(
      412,
      "This version of the upload protocol is not spoken",
      "Use tus 1.0.0 and send 'Tus-Resumable: 1.0.0'."),
  ARCHIVE_MALFORMED(
      422,
      "The archive cannot be read",
      "Make the archive again; ZIP and TAR (also gzipped) are read."),
  ARCHIVE_ENTRY_NAME_FORBIDDEN(
      422,
      "An entry's name leaves the archive or is not portable",
      "Use relative names without '..', drive letters or characters that cannot be seen."),
  ARCHIVE_ENTRY_TYPE_FORBIDDEN(
      422,
      "The archive has a link, device or other special file",
      "Put plain files and folders only into it."),
  ARCHIVE_ENTRY_DUPLICATE(
      422,
      "Two entries have the same name",
      "Give each file its own name; upper and lower case count as equal."),
  ARCHIVE_ENCRYPTED(422, "The archive is encrypted", "Make it again without a password."),
  ARCHIVE_TOO_LARGE(
      422,
      "The archive unpacks to more than allowed",
      "Send fewer or smaller files, or ask the operator to raise the limit."),
  ARCHIVE_TOO_MANY_ENTRIES(
      422,
      "The archive has too many entries",
      "Send fewer files, or ask the operator to raise the limit."),

  // ------------------------------------------------------------------------------------------
  // models
  MODEL_NOT_FOUND(404, "No such model", "List the models to see which there are."),
  MODEL_NOT_READY(
      409,
      "The model is not ready",
      "Wait until its state is READY; if it is FAILED, its 'problem' says why; if it is SCANNED, convert it."),
  MODEL_IN_USE(
      409, "The model is used", "Delete first what 'violations' names: projects, other versions."),
  MODEL_WITHOUT_ORIGINALS(
      409,
      "The model was not made from files",
      "Convert the model that it was made from: the one that its 'rootId' names."),
  MODEL_ANALYSIS_NOT_FOUND(
      404,
      "The model was not analysed",
      "Convert it again: the agent that converted it was too old to analyse it."),
  MODEL_CONVERSION_OPTIONS_INVALID(
      422,
      "The model cannot be converted this way",
      "Correct what 'violations' names; each reason begins with missing, unknown, unsuitable or invalid."),
  MODEL_NOT_RECOGNISED(
      422,
      "No file of the upload is a model in a known format",
      "Send OpenVINO IR (.xml and .bin), ONNX, TensorFlow, TensorFlow Lite, PaddlePaddle, Caffe (.prototxt and .caffemodel) or MXNet (.json and .params) files."),
  MODEL_AMBIGUOUS(422, "The upload holds more than one model", "Send one model at a time."),
  MODEL_TRUNCATED(
      422,
      "A file ends before what it announces",
      "The file is probably cut off: copy or download it again."),
  MODEL_MALFORMED(
      422,
      "A file contradicts its own format",
      "Export the model again; 'location' names the place."),
  MODEL_FILE_MISSING(
      422, "A file that the model needs is not in the upload", "Add the file that 'detail' names."),
  MODEL_FILE_NAME_FORBIDDEN(
      422, "A file's name is not allowed", "Use plain relative names without '..'."),
  MODEL_XML_FORBIDDEN(
      422,
      "The XML has a DOCTYPE or entities, or is not in UTF-8",
      "Remove them and save it in UTF-8, as OpenVINO writes it."),
  MODEL_CONSTANT_OUT_OF_BOUNDS(
      422,
      "A constant points outside its weights file",
      "Send the .bin file that belongs to this .xml."),
  MODEL_CONSTANT_SIZE_MISMATCH(
      422,
      "A constant's bytes do not fit its shape and type",
      "Export the model again; 'location' names the layer."),
  MODEL_SHAPE_INVALID(
      422,
      "A shape has a negative or an absurdly large dimension",
      "Export the model again; 'location' names the layer."),
  MODEL_GRAPH_INVALID(
      422,
      "The graph has a cycle, refers to what it does not hold, holds two things of one name, or has an input or output that nobody can name",
      "Export the model again; 'location' names the layer."),
  MODEL_EXTERNAL_DATA_FORBIDDEN(
      422,
      "Tensors are kept outside the upload",
      "Save the tensors beside the model under a relative name, and send them with it."),
  MODEL_CODE_FORBIDDEN(
      422,
      "The upload holds or asks for code",
      "Export to ONNX or OpenVINO IR; pickles, Keras files and native libraries are never loaded."),
  MODEL_VERSION_UNSUPPORTED(
      422,
      "The format's version is not read here",
      "Export the model with a current version of its framework."),
  MODEL_TOO_COMPLEX(422, "The model has more parts than allowed", "Split or simplify it."),
  MODEL_INPUT_NOT_IMAGE(
      422,
      "The dataset's images cannot fill the model's input",
      "Open a project without a dataset to measure on random input, or use a model with one image input."),
  MODEL_INPUT_SPEC_UNSUITABLE(
      422,
      "The input spec does not fit the model",
      "Correct what 'violations' names, or leave it out: layout, colour, mean and scale must agree with the input's shape."),
  MODEL_FORMAT_MISMATCH(
      422,
      "The model is not in the format that was named",
      "Leave 'options.format' out, or give the one that 'detail' names."),
  MODEL_FORMAT_UNSUPPORTED(
      422,
      "The target cannot convert models of this format",
      "Update the target's agent, or export the model to ONNX or OpenVINO IR."),
  MODEL_OPERATION_UNSUPPORTED(
      422,
      "The model has an operation that cannot be converted",
      "Export the model without the layer that 'location' names, or to ONNX."),
  MODEL_CONVERSION_FAILED(
      422,
      "OpenVINO could not convert the model",
      "'detail' has the converter's reason; export the model with the operations that OpenVINO supports."),

  // ------------------------------------------------------------------------------------------
  // datasets
  DATASET_NOT_FOUND(404, "No such dataset", "List the datasets to see which there are."),
  DATASET_IMAGE_NOT_FOUND(
      404, "The dataset has no such image", "List the dataset's images to see their names."),
  DATASET_IN_USE(409, "Projects use the dataset", "Delete its projects first."),
  DATASET_TOO_LARGE(
      413,
      "The dataset is larger than allowed",
      "Send fewer or smaller images, or ask the operator to raise the limit."),
  DATASET_EMPTY(
      422, "The upload holds no images", "Send JPEG, PNG or BMP files, alone or in an archive."),
  DATASET_IMAGE_INVALID(
      422, "An image cannot be used", "Remove or replace the image that 'location' names."),

  // ------------------------------------------------------------------------------------------
  // catalogue and downloads
  CATALOG_SOURCE_NOT_FOUND(404, "No such catalogue", "List the catalogues to see which there are."),
  CATALOG_ENTRY_NOT_FOUND(
      404,
      "The catalogues have no such model",
      "Search the catalogues' entries; a catalogue that was read again may have lost it."),
  CATALOG_SOURCE_EXISTS(
      409, "A catalogue has this name", "Give another name, or remove that catalogue first."),
  CATALOG_SOURCE_BUILT_IN(
      409, "This catalogue cannot be removed", "Leave it, and filter by 'sourceId' instead."),
  CATALOG_SOURCE_INVALID(
      422,
      "This is no catalogue in Open Model Zoo's form",
      "Send an archive of a checkout, with folders that have a model.yml each."),
  CATALOG_ENTRY_NOT_IMPORTABLE(
      422,
      "The model cannot be imported from the catalogue",
      "'violations' say why; choose another model, or export it to ONNX and upload that."),
  DOWNLOAD_ADDRESS_FORBIDDEN(
      422,
      "Nothing is fetched from this address",
      "Use a public http or https address, or ask the operator to allow the host."),
  DOWNLOAD_FAILED(
      502,
      "A file could not be fetched",
      "Check that the catalogue's address is still right, then import it again."),
  DOWNLOAD_SIZE_MISMATCH(
      422,
      "A fetched file has not the size that the catalogue gives",
      "It was probably published anew: use a newer catalogue."),
  DOWNLOAD_CHECKSUM_MISMATCH(
      422,
      "A fetched file is not the one that the catalogue means",
      "It was changed on the way or published anew: use a newer catalogue."),
  DOWNLOAD_TOO_LARGE(
      413,
      "A file is larger than what is fetched",
      "Choose a smaller model, or ask the operator to raise the limit."),
  DOWNLOAD_TIME_LIMIT(
      504,
      "The download took longer than allowed",
      "Import it again, or ask the operator to raise the limit."),
  DOWNLOAD_CLIENT_MISSING(
      503,
      "The package index's client is not usable here",
      "Ask the operator to install pip for the gateway, or to set inferlab.catalog.pip."),
  POSTPROCESSING_FAILED(
      422,
      "What the catalogue asks to be done to the files cannot be done",
      "The entry does not fit its files: use a newer catalogue."),

  // ------------------------------------------------------------------------------------------
  // targets and agents
  TARGET_NOT_FOUND(
      404,
      "No such target",
      "List the targets to see which there are; a target appears when its agent connects."),
  TARGET_ONLINE(
      409, "The target is online", "Stop its agent first; otherwise it would come back at once."),
  TARGET_UNAVAILABLE(
      409,
      "The target takes no jobs now",
      "Start its agent or undrain it, or choose another target."),
  DEVICE_UNKNOWN(
      422, "The target has no such device", "Use one of the devices that the target lists."),
  DEVICE_UNAVAILABLE(
      422, "The device cannot be used now", "The device's 'reason' says why and what to do."),
  AGENT_HELLO_INVALID(
      400, "The agent did not introduce itself properly", "Update the agent to the lab's version."),
  AGENT_PROTOCOL_UNSUPPORTED(
      400,
      "The agent speaks another protocol version",
      "Update the agent, or the scheduler if the agent is newer."),
  AGENT_MESSAGE_INVALID(
      400,
      "The agent sent something that makes no sense",
      "Update the agent to the lab's version and report its log."),
  AGENT_IDENTITY_IN_USE(
      409,
      "Another agent with this identity is connected",
      "Give each machine its own state folder; do not copy one."),

  // ------------------------------------------------------------------------------------------
  // projects and experiments
  PROJECT_NOT_FOUND(404, "No such project", "List the projects to see which there are."),
  PROJECT_IN_USE(
      409, "The project has live experiments", "Cancel them or wait for their end first."),
  EXPERIMENT_NOT_FOUND(404, "No such experiment", "List the experiments to see which there are."),
  EXPERIMENT_LIVE(409, "The experiment is not finished", "Cancel it or wait for its end first."),
  EXPERIMENT_POINT_NOT_FOUND(
      404, "The experiment has no such point", "The experiment's results list its points."),
  EXPERIMENT_LAYERS_NOT_FOUND(
      404,
      "The point has no layers or graph",
      "Only points that were measured to their end have them."),
  EXPERIMENT_KIND_UNKNOWN(
      422, "No such kind of experiment", "Use one of the kinds that the API description names."),
  EXPERIMENT_KIND_NOT_AVAILABLE(
      422,
      "Experiments of this kind are not available here",
      "Use one of the kinds that 'violations' names."),
  EXPERIMENT_OPTIONS_INVALID(422, "The options do not fit", "Correct what 'violations' names."),

  // ------------------------------------------------------------------------------------------
  // jobs: how an attempt ends
  JOB_KIND_UNKNOWN(
      422,
      "The agent cannot run this kind of job",
      "Update the agent, or place the job on another target."),
  JOB_OPTIONS_INVALID(
      422,
      "The job's options cannot be used",
      "Correct the experiment's options and start it again."),
  JOB_INPUT_INVALID(
      422, "An input of the job cannot be used", "Check the file that 'location' names."),
  JOB_RESULT_INVALID(
      500,
      "The result does not have the form of its kind",
      "Update the agent to the lab's version."),
  JOB_CANCELLED(409, "The job was cancelled", "Start the experiment again if it is still wanted."),
  JOB_TIME_LIMIT(
      504,
      "The job took longer than allowed",
      "Ask for fewer points or a shorter duration, or raise the time limit."),
  JOB_MEMORY_LIMIT(
      507,
      "The job needed more memory than allowed",
      "Use a smaller batch or fewer streams, or a target with more memory."),
  JOB_ATTEMPTS_EXHAUSTED(
      500, "No attempt of the job succeeded", "The history names the reason of every attempt."),
  LEASE_EXPIRED(
      503,
      "The target was lost while it ran the job",
      "Check the target's machine and network; the job is tried again while attempts are left."),
  EXECUTOR_CRASHED(
      500,
      "The process that ran the job died",
      "The job is tried again while attempts are left; if it stays, try another device or precision and report it."),
  EXECUTOR_HUNG(
      504,
      "The process that ran the job stopped answering",
      "The job is tried again while attempts are left; if it stays, try another device or precision and report it."),
  EXECUTOR_START_FAILED(
      500,
      "The process for the job could not be started",
      "Check the agent's installation and its log."),
  EXECUTOR_OUTPUT_LIMIT(
      507,
      "The job printed more than allowed",
      "Try another device or model version, and report it with the agent's executor log."),
  EXECUTOR_INTERNAL(
      500,
      "The job failed in a way that was not foreseen",
      "The job is tried again while attempts are left; if it stays, report it with the agent's executor log."),
  RUNTIME_UNAVAILABLE(
      503,
      "OpenVINO is not usable on the target",
      "Install the runtime on the target; the target's devices say what is missing."),
  MODEL_LOAD_FAILED(
      422,
      "OpenVINO could not read the model",
      "Import the model again; 'detail' has OpenVINO's reason."),
  MODEL_COMPILE_FAILED(
      422,
      "OpenVINO could not compile the model for the device",
      "Try another device, batch or precision; 'detail' has OpenVINO's reason."),
  MODEL_RESHAPE_FAILED(
      422,
      "The model cannot take the shape or batch",
      "Use a shape that its layers allow; 'detail' has OpenVINO's reason."),
  MODEL_INPUT_DYNAMIC(
      422,
      "An input's shape is open in more than its batch",
      "Measure it with 'shapes' in the grid or 'shape' at the points, or convert it with fixed input shapes."),
  MODEL_INPUT_UNFILLABLE(
      422,
      "The model's inputs cannot be filled",
      "Use a model that has an input with a batch dimension, and numbers at its inputs and outputs."),
  STREAMS_OUT_OF_RANGE(
      422,
      "The device does not take so many streams",
      "Use a number within the range that the device lists."),
  PROPERTY_INVALID(
      422,
      "The device does not take the property or its value",
      "Correct or leave out the property that 'detail' names."),
  INFERENCE_FAILED(
      500,
      "An inference failed",
      "Try another device, batch or precision; 'detail' has OpenVINO's reason."),
  OUT_OF_MEMORY(
      507,
      "The machine ran out of memory",
      "Use a smaller batch or fewer streams, or a target with more memory."),
  DISK_FULL(
      507,
      "The machine's disk is full",
      "Free space on it, or lower the agent's cache limit; the job is tried again while attempts are left."),

  // ------------------------------------------------------------------------------------------
  // artifacts
  ARTIFACT_NOT_FOUND(
      404,
      "The store does not have these bytes",
      "Send them again, or import what they belong to again."),
  ARTIFACT_DIGEST_INVALID(
      400,
      "This is not the name of an artifact",
      "Use 64 lower-case hexadecimal digits of SHA-256 and the size in bytes."),
  ARTIFACT_DIGEST_MISMATCH(
      422,
      "The bytes are not what their name says",
      "Send them again from the start; what came was thrown away."),
  ARTIFACT_OFFSET_INVALID(
      409,
      "The bytes do not go on where the last ones ended",
      "Ask how much is kept and go on from there."),
  ARTIFACT_WRITE_SUPERSEDED(
      409,
      "Another writer took over",
      "Ask whether the artifact is complete; if not, go on from what is kept."),
  ARTIFACT_TOO_LARGE(
      413,
      "The artifact is larger than allowed",
      "Send less, or ask the operator to raise the limit."),
  ARTIFACT_CACHE_FULL(
      507,
      "The agent's cache has no room for the job's inputs",
      "Raise the agent's cache limit or free space on its disk; the job is tried again while attempts are left."),
  ARTIFACT_TRANSFER_FAILED(
      503,
      "Bytes could not be brought to or from the target",
      "Check the network between the target and the lab; the job is tried again while attempts are left."),
  ARTIFACT_STORE_FULL(
      507,
      "The artifact store is full",
      "Ask the operator to free or add space, then send it again."),
  ARTIFACT_STORE_UNAVAILABLE(
      503, "The artifact store is away", "Wait a little, then send it again.");

  private final int status;
  private final String title;
  private final String advice;

  ProblemCode(int status, String title, String advice) {
    this.status = status;
    this.title = title;
    this.advice = advice;
  }

  /** The HTTP status of an answer with this code. */
  public int status() {
    return status;
  }

  /** One short sentence, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** What the user can do next. */
  public String advice() {
    return advice;
  }

  /** A URI that stays the same for ever; it names the code and is not meant to be opened. */
  public String type() {
    return "urn:inferlab:problem:" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
