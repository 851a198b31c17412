package dev.inferlab.agent.failure;

import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Problem;

/**
 * Every way in which an attempt can fail on an agent; the names are the codes registered in
 * docs/errors.md.
 */
public enum Failure {
  EXECUTOR_CRASHED(ErrorClass.CRASHED),
  EXECUTOR_HUNG(ErrorClass.TIMEOUT),
  EXECUTOR_START_FAILED(ErrorClass.TRANSIENT),
  JOB_MEMORY_LIMIT(ErrorClass.RESOURCE),
  EXECUTOR_OUTPUT_LIMIT(ErrorClass.RESOURCE),
  JOB_TIME_LIMIT(ErrorClass.TIMEOUT),
  DISK_FULL(ErrorClass.RESOURCE),
  ARTIFACT_STORE_FULL(ErrorClass.RESOURCE),
  ARTIFACT_CACHE_FULL(ErrorClass.RESOURCE),
  ARTIFACT_NOT_FOUND(ErrorClass.TRANSIENT),
  ARTIFACT_DIGEST_MISMATCH(ErrorClass.TRANSIENT),
  ARTIFACT_TRANSFER_FAILED(ErrorClass.TRANSIENT),
  JOB_INPUT_INVALID(ErrorClass.INVALID_INPUT),
  JOB_OPTIONS_INVALID(ErrorClass.INVALID_INPUT),
  JOB_RESULT_INVALID(ErrorClass.UNSUPPORTED),
  JOB_KIND_UNKNOWN(ErrorClass.UNSUPPORTED),
  RUNTIME_UNAVAILABLE(ErrorClass.UNSUPPORTED),
  DEVICE_UNAVAILABLE(ErrorClass.UNSUPPORTED),
  MODEL_FORMAT_UNSUPPORTED(ErrorClass.UNSUPPORTED),
  MODEL_LOAD_FAILED(ErrorClass.INVALID_INPUT),
  MODEL_SHAPE_INVALID(ErrorClass.INVALID_INPUT),
  MODEL_OPERATION_UNSUPPORTED(ErrorClass.UNSUPPORTED),
  MODEL_CONVERSION_OPTIONS_INVALID(ErrorClass.INVALID_INPUT),
  MODEL_CONVERSION_FAILED(ErrorClass.UNSUPPORTED),
  MODEL_INPUT_DYNAMIC(ErrorClass.INVALID_INPUT),
  MODEL_INPUT_UNFILLABLE(ErrorClass.INVALID_INPUT),
  MODEL_RESHAPE_FAILED(ErrorClass.INVALID_INPUT),
  MODEL_COMPILE_FAILED(ErrorClass.UNSUPPORTED),
  OUT_OF_MEMORY(ErrorClass.RESOURCE),
  INFERENCE_FAILED(ErrorClass.UNSUPPORTED),
  DATASET_IMAGE_INVALID(ErrorClass.INVALID_INPUT),
  DATASET_EMPTY(ErrorClass.INVALID_INPUT),
  STREAMS_OUT_OF_RANGE(ErrorClass.INVALID_INPUT),
  PROPERTY_INVALID(ErrorClass.INVALID_INPUT),
  EXECUTOR_INTERNAL(ErrorClass.CRASHED);

  private final ErrorClass errorClass;

  Failure(ErrorClass errorClass) {
    this.errorClass = errorClass;
  }

  public ErrorClass errorClass() {
    return errorClass;
  }

  /**
   * The problem that a user reads; {@code detail} says what happened and what to do, without any
   * path of a machine.
   */
  public Problem problem(String detail) {
    return Problem.newBuilder().setErrorClass(errorClass).setCode(name()).setDetail(detail).build();
  }

  public JobFailedException exception(String detail) {
    return new JobFailedException(problem(detail));
  }

  public JobFailedException exception(String detail, Throwable cause) {
    return new JobFailedException(problem(detail), cause);
  }
}
