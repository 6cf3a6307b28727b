package dev.baliza.server.http;

import dev.baliza.protocol.SensorType;
import dev.baliza.server.books.ClockView;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.books.Transport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Devices to show. */
final class Devices {
    private Devices() {}

    static DeviceView device(long id, String label, @Nullable String name) {
        LedgerTotals ledger = new LedgerTotals(10, 6, 1, 1, 1, 1, 2, 0);
        return new DeviceView(
                id,
                label,
                name,
                Transport.UDP,
                "127.0.0.1:4711",
                1_000_000,
                2_000_000,
                7,
                Map.of(Outcome.ACCEPTED, 6L, Outcome.DUPLICATE, 3L),
                Map.of("jump", 1L),
                ledger,
                List.of(new EpochView(7, EpochView.State.CURRENT, true, 0, 8, 7, 10, 0, ledger)),
                2,
                60,
                4,
                new ClockView(-0.25, 0.004, 12.5),
                List.of(
                        new SeriesView(
                                "temperature",
                                "inlet",
                                "",
                                "Cel",
                                SensorType.I32,
                                "sensor_temperature_celsius",
                                null,
                                5,
                                1,
                                Long.MIN_VALUE,
                                21.5,
                                Double.NaN,
                                3_000_000,
                                6_000_000,
                                null),
                        new SeriesView(
                                "state",
                                "door",
                                "",
                                "",
                                SensorType.TEXT,
                                null,
                                SeriesRefusal.NAME,
                                1,
                                0,
                                0,
                                Double.POSITIVE_INFINITY,
                                0,
                                1,
                                0,
                                "<b>\"open\"")));
    }
}
