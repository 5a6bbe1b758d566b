package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedEventsTest {
  @Test
  void tellsAllOfThemEveryKindOfEvent() throws Exception {
    var heard = new ArrayList<String>();
    var shared = new SharedEvents(listener("one", heard), listener("two", heard));
    List<Method> kinds =
        Arrays.stream(SinkEvents.class.getMethods())
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .toList();
    assertThat(kinds).isNotEmpty();
    for (Method kind : kinds) {
      heard.clear();
      kind.invoke(
          shared, Arrays.stream(kind.getParameterTypes()).map(SharedEventsTest::any).toArray());
      assertThat(heard).containsExactly("one " + kind.getName(), "two " + kind.getName());
    }
  }

  private static Object any(Class<?> type) {
    return type == long.class ? (Object) 7L : type == int.class ? 7 : null;
  }

  private static SinkEvents listener(String name, List<String> heard) {
    return (SinkEvents)
        Proxy.newProxyInstance(
            SinkEvents.class.getClassLoader(),
            new Class<?>[] {SinkEvents.class},
            (proxy, method, arguments) -> {
              heard.add(name + " " + method.getName());
              return null;
            });
  }
}
