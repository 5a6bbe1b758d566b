package io.millrace.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.Buffer;

/**
 * Opens {@code java.nio} to Arrow where the JVM was started without a flag for it, as a stock
 * Connect worker is. Arrow reads the address of direct buffers by reflection; the JDK lets only a
 * module itself open its packages, hence the way through Unsafe's trusted lookup (seen to work on
 * JDK 17 and 25).
 */
public final class JavaNio {
  private JavaNio() {}

  /**
   * Opens {@code java.nio} to Arrow's class loader; does nothing where it is open. Call it before
   * Arrow's first use.
   */
  public static void open() {
    Module base = Buffer.class.getModule();
    Module ours = JavaNio.class.getModule();
    if (base.isOpen("java.nio", ours)) {
      return;
    }
    try {
      trusted()
          .findVirtual(
              Module.class,
              "implAddOpensToAllUnnamed",
              MethodType.methodType(void.class, String.class))
          .invoke(base, "java.nio");
    } catch (Throwable e) {
      throw new IllegalStateException(
          "Cannot open java.nio to Arrow: start the JVM with"
              + " --add-opens=java.base/java.nio=ALL-UNNAMED",
          e);
    }
  }

  private static MethodHandles.Lookup trusted() throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field singleton = type.getDeclaredField("theUnsafe");
    singleton.setAccessible(true);
    Object unsafe = singleton.get(null);
    Field lookup = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
    Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, lookup);
    Object offset = type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, lookup);
    return (MethodHandles.Lookup)
        type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, offset);
  }
}
