using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ClaudeBot.Benchmarks.Measurement;

/// <summary>What the machine gives at this moment, alone: the scale for every other figure of the run.</summary>
/// <param name="SyncsPerSecond">Overwrites of one 4 KiB page, each followed by fdatasync(2).</param>
/// <param name="HmacsPerSecond">HMAC-SHA256 of the payload on one core.</param>
internal sealed record Calibration(double SyncsPerSecond, double HmacsPerSecond)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    public static Calibration Measure(string folder, byte[] payload, TimeProvider time)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var digest = new byte[HMACSHA256.HashSizeInBytes];
        return new Calibration(Syncs(folder, time), Rate(() => HMACSHA256.HashData(key, payload, digest), time));
    }

    private static double Syncs(string folder, TimeProvider time)
    {
        var path = Path.Combine(folder, "calibration");
        var page = RandomNumberGenerator.GetBytes(4096);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(file, page, 0);
        RandomAccess.FlushToDisk(file);
        return Rate(
            () =>
            {
                RandomAccess.Write(file, page, 0);
                if (FDataSync(file) != 0)
                    throw new BenchmarkException($"fdatasync failed with error {Marshal.GetLastPInvokeError()}.");
            },
            time);
    }

    private static double Rate(Action action, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var count = 0;
        for (; time.GetElapsedTime(start) < Length; count++)
            action();
        return count / time.GetElapsedTime(start).TotalSeconds;
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FDataSync(SafeFileHandle file);
}
