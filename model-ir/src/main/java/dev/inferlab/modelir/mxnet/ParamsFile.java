package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * MXNet's {@code .params}: a list of arrays, then a list of their names, which start with {@code
 * arg:} or {@code aux:} (NDArray::Save and NDArray::Load in src/ndarray/ndarray.cc).
 */
public record ParamsFile(List<Array> arrays) {
  private static final long LIST_MAGIC = 0x112;
  private static final int V1 = 0xF993FAC8;
  private static final int V2 = 0xF993FAC9;
  private static final int V3 = 0xF993FACA;

  /** An array by its name, and where its values lie in the file. */
  public record Array(String name, ElementType type, PartialShape shape, long offset) {}

  public static ParamsFile read(FileBytes file, Budget budget) throws MalformedModelException {
    return new Reader(file, budget).read();
  }

  private static final class Reader {
    private final FileBytes file;
    private final Budget budget;
    private long at;

    Reader(FileBytes file, Budget budget) {
      this.file = file;
      this.budget = budget;
    }

    ParamsFile read() throws MalformedModelException {
      if (file.i64(0) != LIST_MAGIC) {
        throw fault(Fault.MALFORMED, "the file is not a list of arrays");
      }
      at = 16;
      long count = i64();
      // An array takes at least its header, so the count cannot exceed the file.
      if (count < 0 || count > file.size() / 8) {
        throw fault(Fault.TRUNCATED, "%d arrays are announced".formatted(count));
      }
      List<Array> unnamed = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        budget.step(at);
        budget.keep(64, at);
        unnamed.add(array());
      }
      long names = i64();
      if (names != count) {
        throw fault(Fault.MALFORMED, "%d arrays have %d names".formatted(count, names));
      }
      List<Array> arrays = new ArrayList<>();
      for (Array array : unnamed) {
        long length = i64();
        if (length > 65_536) {
          throw fault(Fault.TOO_COMPLEX, "a name is %d bytes long".formatted(length));
        }
        String name = file.name(at, length, budget);
        at += length;
        arrays.add(new Array(name, array.type(), array.shape(), array.offset()));
      }
      if (at != file.size()) {
        throw fault(Fault.MALFORMED, "there are bytes behind the last name");
      }
      return new ParamsFile(List.copyOf(arrays));
    }

    private Array array() throws MalformedModelException {
      int magic = i32();
      long[] lengths;
      if (magic == V2 || magic == V3) {
        int storage = i32();
        if (storage != 0) {
          throw fault(Fault.MALFORMED, "an array is sparse, which networks' weights are not");
        }
        lengths = shape(i32(), true);
      } else if (magic == V1) {
        lengths = shape(i32(), true);
      } else {
        // Before the first magic number the file simply started with the number of dimensions.
        lengths = shape(magic, false);
      }
      PartialShape shape = PartialShape.of(lengths);
      boolean none = magic == V3 ? false : lengths.length == 0;
      if (none) {
        return new Array("", ElementType.DYNAMIC, shape, at);
      }
      at += 8; // device type and number
      ElementType type = type(i32());
      long elements =
          shape.elements().orElseThrow(() -> fault(Fault.MALFORMED, "an array is too large"));
      long offset = at;
      if (elements > Long.MAX_VALUE / 8) {
        throw fault(Fault.MALFORMED, "an array is too large");
      }
      file.check(offset, type.byteSize(elements));
      at += type.byteSize(elements);
      return new Array("", type, shape, offset);
    }

    private long[] shape(int rank, boolean wide) throws MalformedModelException {
      if (rank < 0 || rank > 32) {
        throw fault(Fault.MALFORMED, "an array has %d dimensions".formatted(rank));
      }
      long[] lengths = new long[rank];
      for (int i = 0; i < rank; i++) {
        lengths[i] = wide ? i64() : Integer.toUnsignedLong(i32());
        if (lengths[i] < 0) {
          throw fault(Fault.MALFORMED, "an array has a negative dimension");
        }
      }
      return lengths;
    }

    /** mshadow::TypeFlag. */
    private ElementType type(int flag) throws MalformedModelException {
      return switch (flag) {
        case 0 -> ElementType.F32;
        case 1 -> ElementType.F64;
        case 2 -> ElementType.F16;
        case 3 -> ElementType.U8;
        case 4 -> ElementType.I32;
        case 5 -> ElementType.I8;
        case 6 -> ElementType.I64;
        case 7 -> ElementType.BOOLEAN;
        case 12 -> ElementType.BF16;
        default -> throw fault(Fault.MALFORMED, "an array has the unknown type " + flag);
      };
    }

    private int i32() throws MalformedModelException {
      int value = file.i32(at);
      at += 4;
      return value;
    }

    private long i64() throws MalformedModelException {
      long value = file.i64(at);
      at += 8;
      return value;
    }

    private MalformedModelException fault(Fault fault, String reason) {
      return MalformedModelException.atOffset(fault, reason, at);
    }
  }
}
