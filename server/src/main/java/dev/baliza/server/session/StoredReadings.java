package dev.baliza.server.session;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.aggregate.BatchTime;
import dev.baliza.server.books.StoredReading;
import dev.baliza.server.books.Transport;
import dev.baliza.server.store.JournalRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The readings of one device out of its records, with the times that they had when they were counted. Feed it all records of the device in
 * their order. Thread: one. Limits: 256 descriptions. Spec: SPEC §7.2, §7.3.
 */
public final class StoredReadings {
    private static final int MAX_SETS = 256;

    /** By hash, the least recently used first. */
    private final Map<Integer, ChannelSet> sets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, ChannelSet> eldest) {
            return size() > MAX_SETS;
        }
    };

    private final BatchDecoder decoder = new BatchDecoder();
    private BootClock bootClock = new BootClock();
    private long undescribed;

    /** @param known sets that describe rows whose own description is not stored any more */
    public StoredReadings(Collection<ChannelSet> known) {
        known.forEach(set -> sets.put(DescribeCodec.hash(set), set));
    }

    /** Frames whose readings are left out, because nothing describes them. */
    public long undescribed() {
        return undescribed;
    }

    /** Takes the next record of the device, and gives its readings if it has some. */
    public void read(JournalRecord record, Consumer<StoredReading> to) {
        try {
            switch (record.kind()) {
                case DESCRIPTION -> describe(record.payload());
                case DEVICE -> fact(record);
                case FRAME -> frame(record, to);
                case REJECTED, EPOCH, SNAPSHOT, OPENED, CLOSED -> {}
            }
        } catch (ProtocolException | BufferUnderflowException e) {
            undescribed++; // it was checked when it was stored, by rules that have changed since
        }
    }

    private void describe(ByteBuffer payload) throws ProtocolException {
        int hash = DescribeCodec.hash(payload);
        if (MessageCodec.read(MessageType.DESCRIBE, payload) instanceof Message.Describe describe) {
            sets.put(hash, describe.set());
        }
    }

    private void fact(JournalRecord record) {
        DeviceFact fact = DeviceFact.of(record.code());
        if (fact == DeviceFact.TOLD) {
            bootClock.anchor(
                    record.epoch(), DeviceFact.Told.read(record.payload()).bootMicros());
        } else if (fact == DeviceFact.FORGOTTEN) {
            bootClock = new BootClock();
        }
    }

    private void frame(JournalRecord record, Consumer<StoredReading> to) throws ProtocolException {
        if (MessageType.of(record.code()) != MessageType.READINGS) {
            return;
        }
        Message message = MessageCodec.read(MessageType.READINGS, record.payload());
        if (message instanceof Message.NamedReadings batch) {
            long newest = Content.newestMicros(batch);
            Readings readings = new Readings(record, time(record, batch.mode(), newest), batch.timeUnit(), to);
            for (NamedReading one : batch.readings()) {
                readings.give(one);
            }
        } else if (message instanceof Message.DescribedReadings batch) {
            ChannelSet set = sets.get(batch.hash());
            if (set == null) {
                undescribed++;
                return;
            }
            SensorType[] types =
                    set.channels().stream().map(ChannelDescription::type).toArray(SensorType[]::new);
            decoder.check(batch, types);
            long newest = batch.mode() == TimeMode.SINCE_BOOT ? set.timeUnit().toMicros(decoder.newestTime(batch)) : 0;
            Readings readings = new Readings(record, time(record, batch.mode(), newest), set.timeUnit(), to);
            decoder.visit(batch, types, readings.of(set.channels()));
        }
    }

    private BatchTime time(JournalRecord record, TimeMode mode, long newestMicros) {
        long boot = mode == TimeMode.SINCE_BOOT
                ? bootClock.bootMicros(record.epoch(), record.arrivalMicros(), newestMicros)
                : 0;
        return new BatchTime(mode, record.arrivalMicros(), boot);
    }

    /** The readings of one frame on their way out. */
    private static final class Readings {
        private final long arrivalMicros;
        private final long epoch;
        private final long seq;
        private final Transport transport;
        private final BatchTime time;
        private final TimeUnit unit;
        private final Consumer<StoredReading> to;

        Readings(JournalRecord record, BatchTime time, TimeUnit unit, Consumer<StoredReading> to) {
            arrivalMicros = record.arrivalMicros();
            epoch = record.epoch();
            seq = record.seq();
            transport = record.byUdp() ? Transport.UDP : Transport.TCP;
            this.time = time;
            this.unit = unit;
            this.to = to;
        }

        void give(NamedReading one) {
            ChannelDescription channel =
                    ChannelDescription.gauge(0, one.type(), one.quantity(), one.name(), one.unit());
            ReadingValues values = ReadingValues.of(channel, one.value());
            give(channel, one.time(), one.quality(), values);
        }

        ReadingValues.Rows of(List<ChannelDescription> channels) {
            return new ReadingValues.Rows(channels, this::give);
        }

        private void give(ChannelDescription channel, long readingTime, int quality, ReadingValues values) {
            long micros = time.eventMicros(unit.toMicros(readingTime));
            for (int i = 0; i < values.count(); i++) {
                to.accept(new StoredReading(
                        micros,
                        arrivalMicros,
                        epoch,
                        seq,
                        transport,
                        channel.quantity(),
                        channel.label(),
                        values.component(i),
                        values.unit(i),
                        channel.type(),
                        quality,
                        values.text(i)));
            }
        }
    }
}
