package io.millrace.runtime.simulation;

import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.sinks.store.ObjectStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;

/** Breaks a rule of the protocol by standing between two of its parts. */
enum Mutation {
  NONE,

  /** Rule 1: a batch that was sent twice counts twice. */
  DUPLICATES_COUNT {
    @Override
    UnaryOperator<ConsumerRecord<byte[], byte[]>> records() {
      return new RenumberedRecords(RenumberedRecords.Rule.KEEP_DUPLICATES);
    }
  },

  /** Rule 1: an attempt is complete with whatever was seen of it before its end. */
  ENDS_ARE_TRUSTED {
    @Override
    UnaryOperator<ConsumerRecord<byte[], byte[]>> records() {
      return new RenumberedRecords(RenumberedRecords.Rule.TRUST_ENDS);
    }
  },

  /** Rule 2: offsets pass plans that nobody else will know of. */
  PLANS_ARE_NOT_OPENED {
    @Override
    Ledger ledger(Ledger ledger, ObjectStore store) {
      return new LedgerDecorator(ledger) {
        @Override
        public void open(OpenPlan plan) {
          // Others will find out by themselves.
        }
      };
    }
  },

  /** Rule 4: the last marker of a unit wins. */
  MARKERS_OVERWRITE {
    @Override
    ObjectStore store(ObjectStore store, String folder) {
      return overwriting(store, "/units/");
    }
  },

  /** Rule 4: files are published where the publisher was told to put its own. */
  PUBLISHERS_GO_BY_THEIR_SETTINGS {
    @Override
    ObjectStore store(ObjectStore store, String folder) {
      return new StoreDecorator(store) {
        @Override
        public List<Move> move(List<Move> moves) {
          return super.move(
              moves.stream()
                  .map(m -> new Move(m.from(), folder + m.to().substring(m.to().indexOf('/'))))
                  .toList());
        }
      };
    }
  },

  /**
   * Rule 5: offsets are committed as soon as they are read, and the ledger's hints say the same.
   */
  COMMITS_COME_BEFORE_LOADS {
    @Override
    Ledger ledger(Ledger ledger, ObjectStore store) {
      return new LedgerDecorator(ledger) {
        @Override
        public void hint(LogPosition position) {
          // beyond what is committed, so that a lane begins there
          super.hint(new LogPosition(position.topicId(), position.partition(), Long.MAX_VALUE));
        }
      };
    }

    @Override
    long committed(long loaded, long read) {
      return read;
    }
  },

  /** Rule 5: offsets pass what nobody can use before its dead letter is written. */
  LETTERS_ARE_NOT_AWAITED {
    @Override
    void sendLetter(Executor thread, Runnable write, Runnable written) {
      written.run();
      thread.execute(write);
    }
  },

  /** Rule 5: a plan that lacks units for long is given up without being read once more. */
  OVERDUE_PLANS_ARE_NOT_READ {
    @Override
    LogReader reader(SimulatedLog log) {
      return new LogReader(log) {
        @Override
        public synchronized List<PartitionInfo> partitionsFor(String topic) {
          return List.of();
        }
      };
    }
  },

  /** Rule 6: the last head of a number wins. */
  HEADS_OVERWRITE {
    @Override
    ObjectStore store(ObjectStore store, String folder) {
      return overwriting(store, "/runs/");
    }
  },

  /** Rule 6: a head may be of an earlier plan than the one before it. */
  HEADS_RETURN {
    @Override
    Ledger ledger(Ledger ledger, ObjectStore store) {
      return new LedgerDecorator(ledger) {
        @Override
        public PlanState settle(OpenPlan open) {
          var plan = open.plan();
          Optional<RunHead> head = head(plan.stream(), plan.run());
          if (head.isPresent()
              && head.get().plan().plan().compareTo(plan.plan()) > 0
              && markers(plan).size() == open.size()) {
            returnTo(open, head.get(), store);
          }
          return super.settle(open);
        }
      };
    }
  },

  /** Rule 7: what a head supersedes is removed before the head is published. */
  REMOVAL_COMES_FIRST {
    @Override
    ObjectStore store(ObjectStore store, String folder) {
      return new StoreDecorator(store) {
        @Override
        public Creation createIfAbsent(String key, byte[] content) {
          Creation created = super.createIfAbsent(key, content);
          if (created == Creation.CREATED && key.contains("/runs/") && key.endsWith(JSON)) {
            int number = number(key);
            read(head(key, number - 1)).ifPresent(earlier -> removeFiles(this, earlier));
          }
          return created;
        }
      };
    }
  },

  /** Changes: rows at or below the position that a chain has come to are loaded all the same. */
  POSITIONS_ARE_NOT_COMPARED {
    @Override
    Ledger ledger(Ledger ledger, ObjectStore store) {
      var forgetful =
          new ChainsDecorator(ledger.chains()) {
            @Override
            public Optional<ChangeEntry> resume(Bucket bucket) {
              return super.resume(bucket).map(entry -> at(entry, Position.START));
            }

            @Override
            public boolean append(ChangeEntry entry) {
              Optional<ChangeEntry> newest = newest(entry.cut().bucket());
              if (newest.isPresent() && newest.get().cut().number() >= entry.cut().number()) {
                return false;
              }
              Reach reach = entry.reach();
              Position end = newest.map(found -> found.reach().last()).orElse(Position.START);
              Position last = reach.last().compareTo(end) < 0 ? end : reach.last();
              return super.append(
                  with(entry, new Reach(end, last, reach.progress(), reach.rows())));
            }
          };
      return new LedgerDecorator(ledger) {
        @Override
        public ChangeChains chains() {
          return forgetful;
        }
      };
    }
  },

  /** Changes: a record goes on where its bucket's chain ends, whatever lies between them. */
  GAPS_ARE_NOT_SEEN {
    @Override
    UnaryOperator<ConsumerRecord<byte[], byte[]>> records() {
      return record -> {
        Map<String, String> texts = RecordTexts.of(record);
        return texts.replace("millrace.after", Position.START.toString()) == null
            ? record
            : RecordTexts.with(record, texts);
      };
    }
  },

  /** Changes: the last entry of a number wins. */
  ENTRIES_OVERWRITE {
    @Override
    ObjectStore store(ObjectStore store, String folder) {
      return overwriting(store, "/changes/");
    }
  };

  private static final String JSON = ".json";

  /** What stands between a ledger and its store. */
  ObjectStore store(ObjectStore store, String folder) {
    return store;
  }

  /** What stands between the runtime and its ledger. */
  Ledger ledger(Ledger ledger, ObjectStore store) {
    return ledger;
  }

  /** What stands between one process's lanes and the log. */
  UnaryOperator<ConsumerRecord<byte[], byte[]>> records() {
    return UnaryOperator.identity();
  }

  /** What is committed instead of the first offset, where reading has come to the second. */
  long committed(long loaded, long read) {
    return loaded;
  }

  /** What reads the log outside the group. */
  LogReader reader(SimulatedLog log) {
    return new LogReader(log);
  }

  /** Writes a dead letter on the thread for them, and says when it is written. */
  void sendLetter(Executor thread, Runnable write, Runnable written) {
    thread.execute(
        () -> {
          write.run();
          written.run();
        });
  }

  private static ChangeEntry at(ChangeEntry entry, Position last) {
    Reach reach = entry.reach();
    return with(entry, new Reach(reach.after(), last, reach.progress(), reach.rows()));
  }

  private static ChangeEntry with(ChangeEntry entry, Reach reach) {
    return new ChangeEntry(entry.cut(), reach, entry.staged(), entry.log(), entry.fingerprint());
  }

  private static ObjectStore overwriting(ObjectStore store, String where) {
    return new StoreDecorator(store) {
      @Override
      public Creation createIfAbsent(String key, byte[] content) {
        if (!key.contains(where) || !key.endsWith(JSON)) {
          return super.createIfAbsent(key, content);
        }
        overwrite(key, content);
        return Creation.CREATED;
      }
    };
  }

  private static void returnTo(OpenPlan open, RunHead head, ObjectStore store) {
    var plan = open.plan();
    String folder = "_millrace/sim/lake/runs/%s/%s/".formatted(plan.stream().name(), plan.run());
    var document = Json.read(store.read(folder + head.number() + JSON).orElseThrow());
    document.put("plan", plan.plan().toString());
    document.put("number", head.number() + 1);
    store.createIfAbsent(folder + (head.number() + 1) + JSON, Json.write(document));
  }

  private static int number(String key) {
    return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1, key.length() - JSON.length()));
  }

  private static String head(String key, int number) {
    return key.substring(0, key.lastIndexOf('/') + 1) + number + JSON;
  }

  private static void removeFiles(ObjectStore store, byte[] head) {
    var document = Json.read(head);
    String markers =
        "_millrace/sim/lake/units/%s/%s/%s"
            .formatted(
                document.get("stream").asText(),
                document.get("run").asText(),
                document.get("plan").asText());
    for (String marker : store.list(markers)) {
      for (var file : Json.read(store.read(marker).orElseThrow()).get("files")) {
        store.delete(List.of(file.get("path").asText()));
      }
    }
  }
}
