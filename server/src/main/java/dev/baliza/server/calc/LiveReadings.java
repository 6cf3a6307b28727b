package dev.baliza.server.calc;

import dev.baliza.protocol.CalcResult;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.calc.CalcSession.Operand;
import dev.baliza.server.postfix.ReadingName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Newest readings of live series, in the unit that metrics have. Thread: one that may wait; never an event loop. */
final class LiveReadings implements CalcSession.Readings {
    private static final long WAIT_MILLIS = 500;

    private final Books books;
    private final LongSupplier clockMicros;

    LiveReadings(Books books, LongSupplier clockMicros) {
        this.books = books;
        this.clockMicros = clockMicros;
    }

    @Override
    public Operand newest(String sensor) {
        ReadingName name = ReadingName.of(sensor).orElse(null);
        if (name == null) {
            return Operand.none(CalcResult.UNKNOWN_SENSOR, "a reading is device/channel or device/quantity");
        }
        try {
            Optional<DeviceView> device = books.device(name.device()).get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            return device.map(view -> newest(view, name))
                    .orElseGet(() -> Operand.none(CalcResult.UNKNOWN_SENSOR, "no such device"));
        } catch (TimeoutException | ExecutionException e) {
            return Operand.none(CalcResult.BUSY, "the server cannot look it up now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Operand.none(CalcResult.BUSY, "the server shuts down");
        }
    }

    private Operand newest(DeviceView device, ReadingName name) {
        long now = clockMicros.getAsLong();
        List<SeriesView> found = device.series().stream()
                .filter(s -> s.text() == null && name.names(s.quantity(), s.channel(), s.component()))
                .toList();
        List<SeriesView> live = found.stream()
                .filter(s -> s.count() > s.skipped() && s.expiresMicros() > now)
                .toList();
        if (live.size() == 1) {
            return Operand.of(live.get(0).last());
        }
        String why = found.isEmpty()
                ? "the device has no such channel"
                : live.isEmpty() ? "it has no live reading" : live.size() + " series have that name";
        return Operand.none(CalcResult.UNKNOWN_SENSOR, why);
    }
}
