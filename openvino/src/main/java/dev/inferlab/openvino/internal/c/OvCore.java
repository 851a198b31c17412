package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_core.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvCore {
  private OvCore() {}

  private static final MethodHandle OV_GET_OPENVINO_VERSION =
      Symbols.function("ov_get_openvino_version", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_get_openvino_version(MemorySegment version) {
    try {
      return (int) OV_GET_OPENVINO_VERSION.invokeExact(version);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_VERSION_FREE =
      Symbols.function("ov_version_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_version_free(MemorySegment version) {
    try {
      OV_VERSION_FREE.invokeExact(version);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_CREATE =
      Symbols.function("ov_core_create", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_core_create(MemorySegment core) {
    try {
      return (int) OV_CORE_CREATE.invokeExact(core);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_CREATE_WITH_CONFIG =
      Symbols.function(
          "ov_core_create_with_config", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_core_create_with_config(MemorySegment xmlConfigFile, MemorySegment core) {
    try {
      return (int) OV_CORE_CREATE_WITH_CONFIG.invokeExact(xmlConfigFile, core);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_FREE =
      Symbols.function("ov_core_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_core_free(MemorySegment core) {
    try {
      OV_CORE_FREE.invokeExact(core);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_READ_MODEL =
      Symbols.function(
          "ov_core_read_model",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_core_read_model(
      MemorySegment core, MemorySegment modelPath, MemorySegment binPath, MemorySegment model) {
    try {
      return (int) OV_CORE_READ_MODEL.invokeExact(core, modelPath, binPath, model);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_READ_MODEL_FROM_MEMORY_BUFFER =
      Symbols.function(
          "ov_core_read_model_from_memory_buffer",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_core_read_model_from_memory_buffer(
      MemorySegment core,
      MemorySegment modelStr,
      long strLen,
      MemorySegment weights,
      MemorySegment model) {
    try {
      return (int)
          OV_CORE_READ_MODEL_FROM_MEMORY_BUFFER.invokeExact(core, modelStr, strLen, weights, model);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_ADD_EXTENSION =
      Symbols.function("ov_core_add_extension", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_core_add_extension(MemorySegment core, MemorySegment path) {
    try {
      return (int) OV_CORE_ADD_EXTENSION.invokeExact(core, path);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_SET_PROPERTIES =
      Symbols.function(
          "ov_core_set_properties",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_core_set_properties(
      MemorySegment core, MemorySegment deviceName, long numProperties, MemorySegment properties) {
    try {
      return (int) OV_CORE_SET_PROPERTIES.invokeExact(core, deviceName, numProperties, properties);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_COMPILE_MODEL_PROPS =
      Symbols.function(
          "ov_core_compile_model_props",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_core_compile_model_props(
      MemorySegment core,
      MemorySegment model,
      MemorySegment deviceName,
      long numProperties,
      MemorySegment properties,
      MemorySegment compiledModel) {
    try {
      return (int)
          OV_CORE_COMPILE_MODEL_PROPS.invokeExact(
              core, model, deviceName, numProperties, properties, compiledModel);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_COMPILE_MODEL_FROM_FILE_PROPS =
      Symbols.function(
          "ov_core_compile_model_from_file_props",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_core_compile_model_from_file_props(
      MemorySegment core,
      MemorySegment modelPath,
      MemorySegment deviceName,
      long numProperties,
      MemorySegment properties,
      MemorySegment compiledModel) {
    try {
      return (int)
          OV_CORE_COMPILE_MODEL_FROM_FILE_PROPS.invokeExact(
              core, modelPath, deviceName, numProperties, properties, compiledModel);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_GET_PROPERTY =
      Symbols.function(
          "ov_core_get_property",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_core_get_property(
      MemorySegment core,
      MemorySegment deviceName,
      MemorySegment propertyKey,
      MemorySegment propertyValue) {
    try {
      return (int) OV_CORE_GET_PROPERTY.invokeExact(core, deviceName, propertyKey, propertyValue);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_GET_AVAILABLE_DEVICES =
      Symbols.function(
          "ov_core_get_available_devices", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_core_get_available_devices(MemorySegment core, MemorySegment devices) {
    try {
      return (int) OV_CORE_GET_AVAILABLE_DEVICES.invokeExact(core, devices);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_AVAILABLE_DEVICES_FREE =
      Symbols.function("ov_available_devices_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_available_devices_free(MemorySegment devices) {
    try {
      OV_AVAILABLE_DEVICES_FREE.invokeExact(devices);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_IMPORT_MODEL =
      Symbols.function(
          "ov_core_import_model",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_core_import_model(
      MemorySegment core,
      MemorySegment content,
      long contentSize,
      MemorySegment deviceName,
      MemorySegment compiledModel) {
    try {
      return (int)
          OV_CORE_IMPORT_MODEL.invokeExact(core, content, contentSize, deviceName, compiledModel);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_GET_VERSIONS_BY_DEVICE_NAME =
      Symbols.function(
          "ov_core_get_versions_by_device_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_core_get_versions_by_device_name(
      MemorySegment core, MemorySegment deviceName, MemorySegment versions) {
    try {
      return (int) OV_CORE_GET_VERSIONS_BY_DEVICE_NAME.invokeExact(core, deviceName, versions);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_VERSIONS_FREE =
      Symbols.function("ov_core_versions_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_core_versions_free(MemorySegment versions) {
    try {
      OV_CORE_VERSIONS_FREE.invokeExact(versions);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_CREATE_CONTEXT_PROPS =
      Symbols.function(
          "ov_core_create_context_props",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_core_create_context_props(
      MemorySegment core,
      MemorySegment deviceName,
      long numProperties,
      MemorySegment properties,
      MemorySegment context) {
    try {
      return (int)
          OV_CORE_CREATE_CONTEXT_PROPS.invokeExact(
              core, deviceName, numProperties, properties, context);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_COMPILE_MODEL_WITH_CONTEXT_PROPS =
      Symbols.function(
          "ov_core_compile_model_with_context_props",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_core_compile_model_with_context_props(
      MemorySegment core,
      MemorySegment model,
      MemorySegment context,
      long numProperties,
      MemorySegment properties,
      MemorySegment compiledModel) {
    try {
      return (int)
          OV_CORE_COMPILE_MODEL_WITH_CONTEXT_PROPS.invokeExact(
              core, model, context, numProperties, properties, compiledModel);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_CORE_GET_DEFAULT_CONTEXT =
      Symbols.function(
          "ov_core_get_default_context",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_core_get_default_context(
      MemorySegment core, MemorySegment deviceName, MemorySegment context) {
    try {
      return (int) OV_CORE_GET_DEFAULT_CONTEXT.invokeExact(core, deviceName, context);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
