package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DYNAMIC")
  void anyTypeIsAllocatedWithItsSize(ElementType type) {
    try (Tensor tensor = Tensor.allocate(type, Shape.of(2, 8))) {
      assertThat(tensor.elementType()).isEqualTo(type);
      assertThat(tensor.shape()).isEqualTo(Shape.of(2, 8));
      assertThat(tensor.size()).isEqualTo(16);
      assertThat(tensor.byteSize()).isEqualTo(type.byteSize(16));
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    try (Tensor floats = Tensor.allocate(ElementType.F32, Shape.of(3));
        Tensor ints = Tensor.allocate(ElementType.I32, Shape.of(3));
        Tensor longs = Tensor.allocate(ElementType.I64, Shape.of(3));
        Tensor bytes = Tensor.allocate(ElementType.U8, Shape.of(3))) {
      floats.copyFrom(new float[] {1, 2, Float.NaN});
      ints.copyFrom(new int[] {1, 2, Integer.MIN_VALUE});
      longs.copyFrom(new long[] {1, 2, Long.MIN_VALUE});
      bytes.copyFrom(new byte[] {1, 2, -1});

      assertThat(floats.toFloatArray()).containsExactly(1, 2, Float.NaN);
      assertThat(ints.toIntArray()).containsExactly(1, 2, Integer.MIN_VALUE);
      assertThat(longs.toLongArray()).containsExactly(1, 2, Long.MIN_VALUE);
      assertThat(bytes.toByteArray()).containsExactly(1, 2, -1);
      assertThat(floats.segment()).isSameAs(floats.segment());
      assertThatThrownBy(() -> floats.copyFrom(new float[4]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 elements; 4");
      assertThatThrownBy(ints::toFloatArray).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** The bits are numpy's, of float16; and of float32, rounded to its upper half. */
  @Test
  void otherWidthsAreWrittenAndRead() {
    Shape five = Shape.of(5);
    try (Tensor doubles = Tensor.allocate(ElementType.F64, Shape.of(2));
        Tensor halves = Tensor.allocate(ElementType.F16, five);
        Tensor brains = Tensor.allocate(ElementType.BF16, Shape.of(3));
        Tensor shorts = Tensor.allocate(ElementType.U16, Shape.of(2));
        Tensor signed = Tensor.allocate(ElementType.I8, Shape.of(2))) {
      doubles.copyFrom(new double[] {Math.PI, Double.MIN_VALUE});
      halves.copyFrom(new float[] {1, -2, 65504, 0.1f, 1e6f});
      brains.copyFrom(new short[] {0x3f80, (short) 0xc000, 0x4049});
      shorts.copyFrom(new short[] {1, (short) 65535});
      signed.copyFrom(new byte[] {-128, 127});

      assertThat(doubles.toDoubleArray()).containsExactly(Math.PI, Double.MIN_VALUE);
      assertThat(halves.toShortArray())
          .containsExactly(
              (short) 0x3c00, (short) 0xc000, (short) 0x7bff, (short) 0x2e66, (short) 0x7c00);
      assertThat(halves.toFloatArray())
          .containsExactly(1, -2, 65504, 0.099975586f, Float.POSITIVE_INFINITY);
      assertThat(brains.toFloatArray()).containsExactly(1, -2, 3.140625f);
      assertThat(Short.toUnsignedInt(shorts.toShortArray()[1])).isEqualTo(65535);
      assertThat(signed.toByteArray()).containsExactly(-128, 127);
      // Of two as near, the even one; one and a bit; too large for the type; no number at all.
      float tie = Float.intBitsToFloat(0x3f808000);
      float odd = Float.intBitsToFloat(0x3f818000);
      brains.copyFrom(new float[] {tie, odd, Float.MAX_VALUE});
      assertThat(brains.toShortArray())
          .containsExactly((short) 0x3f80, (short) 0x3f82, (short) 0x7f80);
      brains.copyFrom(new float[] {Float.intBitsToFloat(0x7f800001), -0f, 3.1415927f});
      assertThat(brains.toFloatArray()).containsExactly(Float.NaN, -0f, 3.140625f);
    }
  }

  @Test
  void anotherShapeGivesAnotherView() {
    try (Tensor tensor = Tensor.allocate(ElementType.F32, Shape.of(2))) {
      MemorySegment before = tensor.segment();
      tensor.setShape(Shape.of(1000, 1000));

      assertThat(tensor.segment().byteSize()).isEqualTo(4_000_000);
      assertThatThrownBy(() -> before.get(ValueLayout.JAVA_FLOAT, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void scalarsAndEmptyTensorsExist() {
    try (Tensor scalar = Tensor.allocate(ElementType.F32, Shape.of());
        Tensor empty = Tensor.allocate(ElementType.F32, Shape.of(0, 5))) {
      scalar.copyFrom(new float[] {7});
      assertThat(scalar.shape()).isEqualTo(Shape.of());
      assertThat(scalar.toFloatArray()).containsExactly(7);
      assertThat(empty.toFloatArray()).isEmpty();
    }
  }

  @Test
  void onlyFittingMemoryIsWrapped() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16, 8);
      Shape four = Shape.of(4);
      try (Tensor tensor = Tensor.wrap(memory, ElementType.F32, four)) {
        assertThat(tensor.segment().address()).isEqualTo(memory.address());
        tensor.copyFrom(new float[] {1, 2, 3, 4});
        assertThat(memory.getAtIndex(ValueLayout.JAVA_FLOAT, 3)).isEqualTo(4);
        assertThatThrownBy(() -> tensor.setShape(Shape.of(5)))
            .isInstanceOf(IllegalArgumentException.class);
      }
      for (MemorySegment unfit :
          List.of(memory.asSlice(0, 12), memory.asSlice(1), MemorySegment.ofArray(new float[4]))) {
        assertThatThrownBy(() -> Tensor.wrap(unfit, ElementType.F32, four))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> Tensor.wrap(memory, ElementType.F32, Shape.of(Long.MAX_VALUE, 2)))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void textsAreTakenAndNotShown() {
    try (Tensor texts = Tensor.ofStrings(List.of("one", "zwei", "três"), Shape.of(3))) {
      assertThat(texts.size()).isEqualTo(3);
      texts.setStrings(List.of("a", "b", "c"));
      assertThatThrownBy(texts::segment).isInstanceOf(UnsupportedOperationException.class);
    }
  }
}
