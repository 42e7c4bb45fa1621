using System.Threading.Channels;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Hooks;

/// <summary>An event on its way to one hook.</summary>
internal sealed record Outgoing(Hook Hook, Guid DeliveryId, string Event, string? Action, string Payload, Repository Repository, bool IsRedelivery);

/// <summary>Delivers events in the background, one after another, in the order in which they happened.</summary>
internal sealed class HookQueue : IAsyncDisposable
{
    private readonly Channel<Outgoing> channel = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource stopping = new();
    private readonly HookSender sender;
    private readonly Changes changes;
    private readonly Task loop;
    private int pending;

    public HookQueue(HookSender sender, Changes changes)
    {
        (this.sender, this.changes) = (sender, changes);
        loop = Task.Run(RunAsync);
    }

    public HookKnobs Knobs { get; } = new();

    public bool IsEmpty => Volatile.Read(ref pending) == 0;

    public void Enqueue(Outgoing outgoing)
    {
        Interlocked.Increment(ref pending);
        if (!channel.Writer.TryWrite(outgoing))
        {
            Interlocked.Decrement(ref pending);
        }
    }

    public async ValueTask DisposeAsync()
    {
        channel.Writer.TryComplete();
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            Outgoing? held = null;
            while (await channel.Reader.WaitToReadAsync(stopping.Token))
            {
                while (channel.Reader.TryRead(out var next))
                {
                    if (held is null && Knobs.Draw(Knobs.ReorderRate))
                    {
                        held = next;
                        continue;
                    }

                    await DeliverAsync(next);
                    if (held is not null)
                    {
                        await DeliverAsync(held);
                        held = null;
                    }
                }

                if (held is not null)
                {
                    await DeliverAsync(held);
                    held = null;
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The playground closes; what has not left yet is lost, as it would be with the machine.
        }
    }

    private async Task DeliverAsync(Outgoing outgoing)
    {
        if (outgoing.Hook.IsActive && !Knobs.Draw(Knobs.DropRate))
        {
            await sender.SendAsync(outgoing, stopping.Token);
            if (Knobs.Draw(Knobs.DuplicateRate))
            {
                await sender.SendAsync(outgoing, stopping.Token);
            }
        }

        Interlocked.Decrement(ref pending);
        changes.Raise();
    }
}
