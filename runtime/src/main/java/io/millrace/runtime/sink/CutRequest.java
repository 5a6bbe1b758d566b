package io.millrace.runtime.sink;

import io.millrace.runtime.bucket.ClosedCut;

/**
 * A cut to be loaded.
 *
 * @param cut what it is
 * @param topicId Kafka's id of the topic it lies in
 * @param source the values of its records with rows; closed by whoever serves the request
 */
record CutRequest(ClosedCut cut, String topicId, AttemptSource source) {}
