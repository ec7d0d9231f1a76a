package dev.perennial.agent.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The fields of a record, or of a class whose fields are the document, by their names in JSON. */
final class Shape {
    private static final Map<Class<?>, Shape> KNOWN = new ConcurrentHashMap<>();

    private final Class<?> type;
    private final Constructor<?> constructor;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Field[] fields;

    private Shape(Class<?> type) {
        this.type = type;
        this.fields = instanceFields(type);
        Class<?>[] parameters = new Class<?>[type.isRecord() ? fields.length : 0];
        for (int place = 0; place < fields.length; place++) {
            fields[place].setAccessible(true);
            places.put(snakeCase(fields[place].getName()), place);
            if (type.isRecord()) {
                parameters[place] = fields[place].getType();
            }
        }
        try {
            this.constructor = type.getDeclaredConstructor(parameters);
            this.constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type + " is neither a record nor made without arguments", e);
        }
    }

    static Shape of(Class<?> type) {
        Shape known = KNOWN.get(type);
        if (known == null) {
            known = new Shape(type);
            KNOWN.put(type, known);
        }
        return known;
    }

    /** The place of a field by its name in JSON; null where there is none. */
    @Nullable
    Integer place(String name) {
        return places.get(name);
    }

    Iterable<Map.Entry<String, Integer>> names() {
        return places.entrySet();
    }

    Type typeOf(int place) {
        return fields[place].getGenericType();
    }

    int size() {
        return fields.length;
    }

    @Nullable
    Object get(Object value, int place) {
        try {
            return fields[place].get(value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An object with these values; what is not {@code given} keeps the default of its type or class. */
    Object make(@Nullable Object[] values, boolean[] given) throws JsonException {
        try {
            if (type.isRecord()) {
                return constructor.newInstance(values);
            }
            Object made = constructor.newInstance();
            for (int place = 0; place < values.length; place++) {
                if (given[place]) {
                    fields[place].set(made, values[place]);
                }
            }
            return made;
        } catch (InvocationTargetException | InstantiationException | IllegalAccessException e) {
            throw new JsonException(type.getSimpleName() + " does not take these values", e);
        }
    }

    private static Field[] instanceFields(Class<?> type) {
        Field[] all = type.getDeclaredFields();
        int count = 0;
        for (Field field : all) {
            if (!Modifier.isStatic(field.getModifiers())) {
                all[count++] = field;
            }
        }
        return java.util.Arrays.copyOf(all, count);
    }

    /** As Jackson's naming on the server's side: {@code certificateSha256} is {@code certificate_sha256}. */
    static String snakeCase(String name) {
        StringBuilder snake = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (Character.isUpperCase(letter)) {
                snake.append('_').append(Character.toLowerCase(letter));
            } else {
                snake.append(letter);
            }
        }
        return snake.toString();
    }
}
