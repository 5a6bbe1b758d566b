package io.millrace.sinks.parquet;

import io.millrace.sinks.parquet.PageValues.Encoded;
import org.apache.parquet.column.Encoding;

/** How the PLAIN numbers of a page go into the file. */
@FunctionalInterface
interface PageEncoding {
  /** The page as it is. */
  PageEncoding PLAIN = page -> new Encoded(page.content(), Encoding.PLAIN, 0);

  /** The page's bytes in the file, valid until another page of the file is encoded. */
  Encoded encode(PageBytes page);

  /** Differences, but for a page that would not become smaller so. */
  static PageEncoding delta(int width, PageBytes scratch) {
    var packer = new DeltaPacker(width, scratch);
    return page -> {
      PageBytes packed = packer.pack(page);
      return packed.size() < page.size()
          ? new Encoded(packed.content(), Encoding.DELTA_BINARY_PACKED, 0)
          : PLAIN.encode(page);
    };
  }
}
