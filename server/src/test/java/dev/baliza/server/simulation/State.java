package dev.baliza.server.simulation;

import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.SeriesView;
import dev.baliza.server.session.Shard;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that follows from the records of a journal, so that a restart when nothing waits must not change it. */
record State(Map<Long, Device> devices) {
    private static final int COUNTS = 7;

    /** What is durable of a device. */
    private record Device(
            long currentEpoch,
            LedgerTotals ledger,
            List<EpochView> epochs,
            long closedEpochs,
            long readings,
            long talk,
            List<SeriesView> series) {
        /** Those that may not fall. */
        private long[] counts() {
            return new long[] {
                ledger.expected(), ledger.accepted(), ledger.rejected(), ledger.lost(), ledger.late(), readings, talk
            };
        }

        /** Whether the device holds frames of an older epoch is told again by its next HEARTBEAT. */
        private static EpochView durable(EpochView epoch) {
            return new EpochView(
                    epoch.epoch(),
                    EpochView.State.CURRENT,
                    epoch.based(),
                    epoch.base(),
                    epoch.floor(),
                    epoch.cum(),
                    epoch.next(),
                    epoch.pending(),
                    epoch.ledger());
        }

        static Device of(DeviceView view) {
            return new Device(
                    view.currentEpoch(),
                    view.ledger(),
                    view.epochs().stream().map(Device::durable).toList(),
                    view.closedEpochs(),
                    view.readings(),
                    view.talk(),
                    view.series().stream() // which is described first decides nothing but the order
                            .sorted(Comparator.comparing(SeriesView::quantity))
                            .toList());
        }
    }

    /** While frames wait: all that is counted here is counted there. */
    void mayNotExceed(State other) {
        devices.forEach((id, device) -> {
            Device same = other.devices.get(id);
            long[] there = same == null ? new long[COUNTS] : same.counts();
            for (int i = 0; i < COUNTS; i++) {
                Broken.unless(
                        device.counts()[i] <= there[i],
                        "I6",
                        "device %d shows%n%s and on disk are%n%s",
                        id,
                        device,
                        String.valueOf(same));
            }
        });
    }

    static State of(List<Shard> shards) {
        Map<Long, Device> devices = new TreeMap<>();
        for (Shard shard : shards) {
            for (DeviceView view : shard.devices(0, Integer.MAX_VALUE, true)) {
                if (view.currentEpoch() != 0 || view.closedEpochs() > 0) { // of others nothing is stored
                    devices.put(view.id(), Device.of(view));
                }
            }
        }
        return new State(devices);
    }

    void mustEqual(State after) {
        Broken.unless(
                devices.keySet().equals(after.devices.keySet()),
                "restart",
                "devices %s are %s after it",
                devices.keySet(),
                after.devices.keySet());
        devices.forEach((id, device) -> Broken.unless(
                device.equals(after.devices.get(id)),
                "restart",
                "device %d:%n%s%n%s after it",
                id,
                device,
                String.valueOf(after.devices.get(id))));
    }
}
