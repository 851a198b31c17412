/** Java binding of the OpenVINO C API. */
module dev.inferlab.openvino {
  requires java.xml;

  exports dev.inferlab.openvino;
}
