package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;

/**
 * An input or output of a model as its file declares it. What the file leaves open is {@link
 * ElementType#DYNAMIC} or {@link PartialShape#unknownRank()}; conversion will tell.
 *
 * @param layout what the dimensions mean ({@code NCHW}): as the file says, else as the shape and
 *     the format's habit let guess; empty if neither does
 */
public record TensorInfo(String name, ElementType type, PartialShape shape, String layout) {
  TensorInfo(String name, ElementType type, PartialShape shape) {
    this(name, type, shape, "");
  }
}
