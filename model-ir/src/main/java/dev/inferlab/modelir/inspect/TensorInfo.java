package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;

/**
 * An input or output of a model as its file declares it. What the file leaves open is {@link
 * ElementType#DYNAMIC} or {@link PartialShape#unknownRank()}; conversion will tell.
 */
public record TensorInfo(String name, ElementType type, PartialShape shape) {}
