package io.millrace.sinks.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;

/**
 * A file as parquet-java reads it, by its format and column classes only: its file reader wants
 * Hadoop. For files that are uncompressed or ZSTD.
 */
final class ParquetFile {
  private static final int TAIL = 8;

  private final byte[] bytes;
  private final MessageType schema;
  private final FileMetaData footer;

  ParquetFile(Path file, MessageType schema) throws IOException {
    this.bytes = Files.readAllBytes(file);
    this.schema = schema;
    ByteBuffer tail =
        ByteBuffer.wrap(bytes, bytes.length - TAIL, TAIL).order(ByteOrder.LITTLE_ENDIAN);
    this.footer = Util.readFileMetaData(from(bytes.length - TAIL - tail.getInt()));
  }

  FileMetaData footer() {
    return footer;
  }

  ColumnChunk chunk(int rowGroup, int column) {
    return footer.getRow_groups().get(rowGroup).getColumns().get(column);
  }

  ColumnIndex columnIndex(int rowGroup, int column) throws IOException {
    return Util.readColumnIndex(from(chunk(rowGroup, column).getColumn_index_offset()));
  }

  OffsetIndex offsetIndex(int rowGroup, int column) throws IOException {
    return Util.readOffsetIndex(from(chunk(rowGroup, column).getOffset_index_offset()));
  }

  /** By parquet-java's Bloom filter of the bits behind the header. */
  BloomFilter bloomFilter(int rowGroup, int column) throws IOException {
    long offset = chunk(rowGroup, column).getMeta_data().getBloom_filter_offset();
    ByteArrayInputStream in = from(offset);
    int length = Util.readBloomFilterHeader(in).getNumBytes();
    return new BlockSplitBloomFilter(in.readNBytes(length));
  }

  /** Reads a column chunk by parquet-java's own decoders. */
  ColumnReader read(int rowGroup, int column) throws IOException {
    ColumnDescriptor descriptor = schema.getColumns().get(column);
    return new ColumnReadStoreImpl(store(rowGroup), new Nothing(), schema, footer.getCreated_by())
        .getColumnReader(descriptor);
  }

  /** All rows, by parquet-java's record assembly. */
  List<Group> rows() throws IOException {
    List<Group> rows = new ArrayList<>();
    for (int g = 0; g < footer.getRow_groups().size(); g++) {
      RecordReader<Group> reader =
          new ColumnIOFactory()
              .getColumnIO(schema)
              .getRecordReader(store(g), new GroupRecordConverter(schema));
      for (long i = 0; i < footer.getRow_groups().get(g).getNum_rows(); i++) {
        rows.add(reader.read());
      }
    }
    return rows;
  }

  private PageReadStore store(int rowGroup) throws IOException {
    Map<ColumnDescriptor, PageReader> readers = new HashMap<>();
    for (int c = 0; c < schema.getColumns().size(); c++) {
      readers.put(schema.getColumns().get(c), new Pages(chunk(rowGroup, c).getMeta_data()));
    }
    return new PageReadStore() {
      @Override
      public PageReader getPageReader(ColumnDescriptor path) {
        return readers.get(path);
      }

      @Override
      public long getRowCount() {
        return footer.getRow_groups().get(rowGroup).getNum_rows();
      }
    };
  }

  private ByteArrayInputStream from(long offset) {
    return new ByteArrayInputStream(
        bytes, Math.toIntExact(offset), Math.toIntExact(bytes.length - offset));
  }

  /** The pages of one chunk, checked against their checksums. */
  private final class Pages implements PageReader {
    private final ColumnMetaData chunk;
    private final Queue<DataPage> data = new ArrayDeque<>();
    private DictionaryPage dictionary;

    Pages(ColumnMetaData chunk) throws IOException {
      this.chunk = chunk;
      long start =
          chunk.isSetDictionary_page_offset()
              ? chunk.getDictionary_page_offset()
              : chunk.getData_page_offset();
      ByteArrayInputStream in = from(start);
      long seen = 0;
      while (seen < chunk.getNum_values()) {
        PageHeader header = Util.readPageHeader(in);
        BytesInput content = BytesInput.from(content(in, header));
        if (header.getType() == PageType.DICTIONARY_PAGE) {
          var h = header.getDictionary_page_header();
          dictionary = new DictionaryPage(content, h.getNum_values(), encoding(h.getEncoding()));
        } else {
          var h = header.getData_page_header();
          seen += h.getNum_values();
          data.add(
              new DataPageV1(
                  content,
                  h.getNum_values(),
                  header.getUncompressed_page_size(),
                  null,
                  encoding(h.getRepetition_level_encoding()),
                  encoding(h.getDefinition_level_encoding()),
                  encoding(h.getEncoding())));
        }
      }
    }

    private byte[] content(ByteArrayInputStream in, PageHeader header) throws IOException {
      byte[] stored = in.readNBytes(header.getCompressed_page_size());
      CRC32 crc = new CRC32();
      crc.update(stored);
      if ((int) crc.getValue() != header.getCrc()) {
        throw new IOException("A page does not match its checksum");
      }
      return chunk.getCodec() == CompressionCodec.ZSTD
          ? Zstd.decompress(stored, header.getUncompressed_page_size())
          : stored;
    }

    private Encoding encoding(org.apache.parquet.format.Encoding encoding) {
      return Encoding.valueOf(encoding.name());
    }

    @Override
    public DictionaryPage readDictionaryPage() {
      return dictionary;
    }

    @Override
    public long getTotalValueCount() {
      return chunk.getNum_values();
    }

    @Override
    public DataPage readPage() {
      return data.poll();
    }
  }

  /** Encodings of the pages of a chunk, in order, from the offsets in the page index. */
  List<Encoding> pageEncodings(int rowGroup, int column) throws IOException {
    List<Encoding> encodings = new ArrayList<>();
    for (var page : offsetIndex(rowGroup, column).getPage_locations()) {
      PageHeader header = Util.readPageHeader(from(page.getOffset()));
      encodings.add(Encoding.valueOf(header.getData_page_header().getEncoding().name()));
    }
    return encodings;
  }

  /** Whether the other file has the same bytes. */
  boolean hasBytesOf(ParquetFile other) {
    return Arrays.equals(bytes, other.bytes);
  }

  /** Values are taken from the column reader, not from converters. */
  private static final class Nothing extends GroupConverter {
    @Override
    public Converter getConverter(int field) {
      return new PrimitiveConverter() {};
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
