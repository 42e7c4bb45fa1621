using System.Diagnostics.Metrics;
using ClaudeBot.Configuration;
using ClaudeBot.Processes;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>What the bot and everything it started use of the machine; looked at with each scrape.</summary>
internal sealed class ProcessMetrics : Meter
{
    private readonly DriveInfo _disk;
    private readonly TimeProvider _time;
    private ProcessUse? _use;
    private long _usedAt;
    private double _cpu;

    public ProcessMetrics(BotConfiguration configuration, TimeProvider time)
        : base("ClaudeBot.Operations.Process")
    {
        (_disk, _time) = (new DriveInfo(configuration.DataDirectory), time);
        var startedAt = time.GetTimestamp();
        CreateObservableGauge("claude_bot_uptime_seconds", () => time.GetElapsedTime(startedAt).TotalSeconds);
        var since = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        CreateObservableGauge("claude_bot_start_time_seconds", () => since);
        CreateObservableGauge("claude_bot_memory_usage_bytes", () => Use().MemoryBytes);
        // Of a child that nobody waited for the time is lost; a counter must not fall for it.
        CreateObservableCounter("claude_bot_cpu_seconds_total", () => _cpu = Math.Max(_cpu, Use().Cpu.TotalSeconds));
        CreateObservableGauge("claude_bot_disk_free_bytes", () => OfDisk(disk => disk.AvailableFreeSpace));
        CreateObservableGauge("claude_bot_disk_size_bytes", () => OfDisk(disk => disk.TotalSize));
        CreateObservableGauge("claude_bot_disk_floor_bytes", () => (long)configuration.Get(DoorSettings.DiskFloor) * 1024 * 1024);
    }

    // One look serves all of a scrape.
    private ProcessUse Use()
    {
        if (_use is null || _time.GetElapsedTime(_usedAt) > TimeSpan.FromSeconds(1))
            (_use, _usedAt) = (ProcessUse.Read(), _time.GetTimestamp());
        return _use;
    }

    private long OfDisk(Func<DriveInfo, long> value)
    {
        try
        {
            return value(_disk);
        }
        catch (IOException)
        {
            return 0; // The folder is gone: nothing can be written there.
        }
    }
}
