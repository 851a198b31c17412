package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tensors that go from one place to another: of another request, or of the same. */
class TensorSharingTest {

  private static final Shape INPUT = Shape.of(1, 1, 28, 28);

  private static Core core;
  private static CompiledModel mnist;

  @BeforeAll
  static void compile() {
    core = new Core();
    mnist = core.compile(Fixtures.mnist(), "CPU", Config.empty());
  }

  @AfterAll
  static void close() {
    mnist.close();
    core.close();
  }

  @Test
  void aTensorOfAnotherRequestStaysThatRequests() {
    try (InferRequest a = mnist.createRequest()) {
      a.input().copyFrom(Fixtures.pattern(28 * 28));
      a.infer();
      float[] expected = a.output().toFloatArray();
      try (Tensor other = Tensor.allocate(ElementType.F32, INPUT)) {
        InferRequest b = mnist.createRequest();
        b.setInput(a.input());
        b.setOutput(a.output());
        b.infer();
        assertThat(a.output().toFloatArray()).isEqualTo(expected);
        b.setInput(other);
        b.close();
      }
      assertThat(a.input().toFloatArray()).isEqualTo(Fixtures.pattern(28 * 28));
      assertThat(a.output().toFloatArray()).isEqualTo(expected);
      a.infer();
      assertThat(a.output().toFloatArray()).isEqualTo(expected);
    }
  }

  @Test
  void aRequestsOwnTensorMayStandInTwoPlaces() {
    try (Model model = core.readModel(DoublingModel.of(4), null);
        CompiledModel doubling = core.compile(model, "CPU", Config.empty());
        InferRequest request = doubling.createRequest();
        Tensor other = Tensor.allocate(ElementType.F32, Shape.of(4))) {
      Tensor output = request.output();
      request.setInput(output);
      assertThat(request.input()).isSameAs(output);
      other.copyFrom(new float[] {1, 2, 3, 4});
      request.setInput(other);
      request.infer();
      assertThat(request.output()).isSameAs(output);
      assertThat(output.toFloatArray()).containsExactly(2, 4, 6, 8);
    }
  }

  @Test
  void aRequestsTwoTensorsMayChangePlaces() {
    try (Model model = core.readModel(DoublingModel.of(2), null);
        CompiledModel doubling = core.compile(model, "CPU", Config.empty());
        InferRequest request = doubling.createRequest()) {
      Tensor first = request.input();
      Tensor second = request.output();
      first.copyFrom(new float[] {1, 2});
      request.infer();
      assertThat(second.toFloatArray()).containsExactly(2, 4);
      request.setInput(second);
      request.setOutput(first);
      request.infer();
      assertThat(request.output()).isSameAs(first);
      assertThat(first.toFloatArray()).containsExactly(4, 8);
      request.setInput(first);
      request.setOutput(second);
      request.infer();
      assertThat(second.toFloatArray()).containsExactly(8, 16);
    }
  }

  @Test
  void aDynamicOutputThatWasSetIsLeftToItsOwner() {
    try (CompiledModel compiled = core.compile(Fixtures.dynamicModel(), "CPU", Config.empty());
        InferRequest a = compiled.createRequest();
        InferRequest b = compiled.createRequest()) {
      for (InferRequest request : new InferRequest[] {a, b}) {
        request.input().setShape(Shape.of(1, 3, 24, 24));
      }
      a.infer();
      Tensor output = a.output(0);
      b.setOutput(0, output);
      b.infer();
      assertThat(b.output(0)).isSameAs(output);
      b.infer();
      assertThat(b.output(0).shape()).isEqualTo(output.shape());
      assertThat(a.output(0).toFloatArray()).isNotEmpty();
    }
  }

  @Test
  void aTensorThatIsSetAndThenClosedIsStillRunOn() {
    try (InferRequest request = mnist.createRequest()) {
      Tensor input = Tensor.allocate(ElementType.F32, INPUT);
      input.copyFrom(Fixtures.pattern(28 * 28));
      request.setInput(input);
      request.infer();
      float[] expected = request.output().toFloatArray();
      input.close();
      request.infer();
      assertThat(request.output().toFloatArray()).isEqualTo(expected);
      assertThat(request.input()).isSameAs(input);
      assertThatThrownBy(() -> request.input().segment()).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aTensorIsNotReshapedUnderARun() {
    try (Model model = core.readModel(Fixtures.efficientNet());
        CompiledModel compiled = core.compile(model, "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      Tensor input = request.input();
      Shape same = input.shape();
      boolean refused = false;
      // A run may be over before the shape is set.
      for (int i = 0; i < 50 && !refused; i++) {
        request.start();
        try {
          input.setShape(same);
        } catch (IllegalStateException e) {
          assertThat(e).hasMessageContaining("await");
          refused = true;
        }
        request.await();
      }
      assertThat(refused).isTrue();
      input.setShape(same);
      request.infer();
    }
  }
}
