using System.Collections.Concurrent;
using System.Diagnostics;

namespace ClaudeBot.Processes;

/// <summary>
/// Starts every child from one thread that lives as long as the process. Children ask the kernel for SIGKILL when their
/// parent dies, and the kernel takes the thread that forked for the parent (<c>PR_SET_PDEATHSIG</c> in prctl(2)): a
/// thread of the pool would take its children with it when the pool shrinks.
/// </summary>
internal static class ProcessLauncher
{
    private static readonly Lazy<BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)>> Orders = new(() =>
    {
        var orders = new BlockingCollection<(ProcessStartInfo, TaskCompletionSource<Process>)>();
        new Thread(() => Serve(orders)) { IsBackground = true, Name = "process launcher" }.Start();
        return orders;
    });

    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.Value.Add((start, started));
        return started.Task;
    }

    private static void Serve(BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> orders)
    {
        foreach (var (start, started) in orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception fault)
            {
                started.SetException(fault);
            }
        }
    }
}
