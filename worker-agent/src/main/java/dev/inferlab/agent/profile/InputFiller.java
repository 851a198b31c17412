package dev.inferlab.agent.profile;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.Port;
import dev.inferlab.openvino.Tensor;
import dev.inferlab.proto.job.v1.InputSpec;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.vision.image.ImageDecoder;
import dev.inferlab.vision.image.ImageException;
import dev.inferlab.vision.image.ImageTensor;
import dev.inferlab.vision.image.Preprocessing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Fills the inputs of requests before a measurement: with the dataset's images in turn, so that the
 * requests differ; and with random numbers of a fixed seed where there is no dataset or the input
 * takes no image.
 */
final class InputFiller {
  private static final long LARGEST_PIXELS = 100_000_000;
  private static final long SEED = 20_221_130;
  private static final ImageDecoder DECODER = new ImageDecoder(LARGEST_PIXELS);

  private final Optional<DatasetImages> dataset;
  private final InputSpec spec;
  private boolean images;
  private boolean filled;

  InputFiller(Optional<DatasetImages> dataset, InputSpec spec) {
    this.dataset = dataset;
    this.spec = spec;
  }

  /**
   * "dataset" if any input was filled with images (or would have been, had there been anything left
   * to measure).
   */
  String source() {
    return images || (!filled && dataset.isPresent()) ? "dataset" : "random";
  }

  void fill(List<Port> inputs, List<InferRequest> requests) throws JobFailedException {
    filled = true;
    int next = 0;
    for (InferRequest request : requests) {
      SplittableRandom random = new SplittableRandom(SEED);
      for (Port port : inputs) {
        Tensor tensor = request.input(port.index());
        Optional<Preprocessing> preprocessing =
            dataset.isPresent() ? ImageInput.of(port, spec) : Optional.empty();
        if (preprocessing.isPresent()) {
          next = fillWithImages(tensor, preprocessing.get(), next);
          images = true;
        } else {
          fillAtRandom(tensor, random);
        }
      }
    }
  }

  private int fillWithImages(Tensor tensor, Preprocessing preprocessing, int first)
      throws JobFailedException {
    DatasetImages available = dataset.orElseThrow();
    if (available.count() == 0) {
      throw Failure.DATASET_EMPTY.exception("The dataset holds no image.");
    }
    ImageTensor image = new ImageTensor(preprocessing, DECODER);
    MemorySegment memory = tensor.segment();
    int next = first;
    for (long at = 0; at < tensor.byteSize(); at += preprocessing.bytes()) {
      int index = next++ % available.count();
      try {
        image.write(available.read(index), memory.asSlice(at, preprocessing.bytes()));
      } catch (ImageException e) {
        Problem.Builder problem = Failure.DATASET_IMAGE_INVALID.problem(e.getMessage()).toBuilder();
        problem.setLocation(Location.newBuilder().setFile(available.name(index)));
        throw new JobFailedException(problem.build(), e);
      }
    }
    return next;
  }

  private static void fillAtRandom(Tensor tensor, SplittableRandom random) {
    MemorySegment memory = tensor.segment();
    long elements = tensor.size();
    switch (tensor.elementType()) {
      case F32 -> {
        for (long i = 0; i < elements; i++) {
          memory.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, random.nextFloat());
        }
      }
      case F64 -> {
        for (long i = 0; i < elements; i++) {
          memory.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, random.nextDouble());
        }
      }
      case F16 -> {
        for (long i = 0; i < elements; i++) {
          memory.setAtIndex(
              ValueLayout.JAVA_SHORT_UNALIGNED, i, Float.floatToFloat16(random.nextFloat()));
        }
      }
      case U8, I8 -> {
        for (long i = 0; i < elements; i++) {
          memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(128));
        }
      }
      // Numbers of other types are often indices or sizes: zero is the one value that is safe
      // everywhere.
      default -> memory.fill((byte) 0);
    }
  }
}
