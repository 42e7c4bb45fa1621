using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClaudeBot.Benchmarks.Measurement;

/// <summary>What a reader must know of the machine to judge a figure.</summary>
/// <param name="Load">The load average of the last minute when the run began, and when it ended.</param>
internal sealed record Machine(int Cores, string FileSystem, double[] Load)
{
    public static Machine Look(string folder, double loadAtStart) =>
        new(Environment.ProcessorCount, FileSystemOf(folder), [loadAtStart, CurrentLoad()]);

    /// <summary>proc(5), /proc/loadavg: the first number is the load average of the last minute.</summary>
    public static double CurrentLoad() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <exception cref="BenchmarkException">The folder is in memory, where an fsync costs nothing.</exception>
    public static void RequireDisk(string folder)
    {
        Directory.CreateDirectory(folder);
        if (FileSystemOf(folder) is "tmpfs" or "ramfs")
            throw new BenchmarkException($"{folder} lies in memory; choose a folder on a disk with --output.");
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Cores} cores, {FileSystem}, load {Load[0]:0.0} at the start and {Load[1]:0.0} at the end.");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FileSystemOf(string folder) => DriveInfo.GetDrives()
        .Where(drive => folder.StartsWith(drive.Name.TrimEnd('/') + "/", StringComparison.Ordinal))
        .MaxBy(drive => drive.Name.Length)!.DriveFormat;
}
