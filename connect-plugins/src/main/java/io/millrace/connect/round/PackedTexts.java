package io.millrace.connect.round;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.MillraceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Many texts that are much alike as one short one: their names and themselves, each behind its
 * length, deflated and in Base64. Connect keeps the configuration of a task in one record of at
 * most 1 MiB.
 */
final class PackedTexts {
  private PackedTexts() {}

  static String pack(Map<String, String> texts) {
    var packed = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(new DeflaterOutputStream(packed))) {
      out.writeInt(texts.size());
      for (Map.Entry<String, String> text : texts.entrySet()) {
        write(text.getKey(), out);
        write(text.getValue(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(packed.toByteArray());
  }

  private static void write(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads what {@link #pack} wrote.
   *
   * @throws MillraceException (PROTOCOL) if it was something else
   */
  static Map<String, String> unpack(String packed) {
    var texts = new LinkedHashMap<String, String>();
    try (var in =
        new DataInputStream(
            new InflaterInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(packed))))) {
      for (int left = in.readInt(); left > 0; left--) {
        texts.put(read(in), read(in));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw MillraceException.lasting(
          MillraceException.Category.PROTOCOL, "Cannot read packed texts: " + e.getMessage(), e);
    }
    return texts;
  }

  private static String read(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), UTF_8);
  }
}
