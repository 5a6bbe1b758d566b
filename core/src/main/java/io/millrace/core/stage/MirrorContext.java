package io.millrace.core.stage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a mirror is made with.
 *
 * @param transforms gives the transforms for rows of a schema: readers see what comes out of them
 * @param fingerprint of the transforms
 * @param memory where changes and rows are while versions are made
 * @param scratch a folder for files that are needed meanwhile
 */
public record MirrorContext(
    Function<Schema, List<Transform>> transforms,
    String fingerprint,
    BufferAllocator memory,
    Path scratch) {}
