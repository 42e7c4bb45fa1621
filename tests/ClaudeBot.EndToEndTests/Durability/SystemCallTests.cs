namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>A kill keeps what the kernel holds; only the order of system calls shows what a power cut would keep.</summary>
public sealed class SystemCallTests(TracedRun run) : IClassFixture<TracedRun>
{
    [Fact]
    public void Between_each_request_and_its_202_the_write_ahead_log_is_flushed_to_the_disk()
    {
        var acknowledged = run.Acknowledgements();
        acknowledged.Select(answered => answered.Delivery).Distinct().Count().ShouldBe(TracedRun.Deliveries);

        foreach (var (delivery, request, answer) in acknowledged)
            run.Syncs.ShouldContain(sync => sync.Began > request.Ended && sync.Ended < answer.Began, $"{delivery} was acknowledged before it was durable");
    }

    [Fact]
    public void A_spool_file_is_flushed_then_renamed_and_then_its_folder_is_flushed()
    {
        var queue = Path.Combine(run.Data, "queue");
        var renames = run.Calls.Where(call => call.Name.StartsWith("rename", StringComparison.Ordinal) && call.Result == 0 && call.Arguments.Contains($"\"{queue}/", StringComparison.Ordinal)).ToList();
        // The kill may come between the last rename and its flush.
        renames.RemoveAll(rename => !run.Calls.Any(call => call.Thread == rename.Thread && call.Began > rename.Ended));
        renames.ShouldNotBeEmpty();

        foreach (var rename in renames)
        {
            // One thread does the three, one after the other.
            var own = run.Calls.Where(call => call.Thread == rename.Thread && call.IsSync).ToList();
            own.Last(sync => sync.Ended < rename.Began).File!.ShouldStartWith(Path.Combine(run.Data, "tmp"));
            own.First(sync => sync.Began > rename.Ended).File.ShouldBe(queue);
        }
    }

    [Theory]
    [InlineData(Tail.Nothing)]
    [InlineData(Tail.Zeros)]
    [InlineData(Tail.Garbage)]
    [InlineData(Tail.HalfPage)]
    public async Task What_the_disk_held_at_each_flush_opens_and_holds_every_delivery_acknowledged_by_then(Tail tail)
    {
        var acknowledged = run.Acknowledgements();
        var whole = await File.ReadAllBytesAsync(run.WriteAheadLog, TestContext.Current.CancellationToken);
        var syncs = run.Syncs;
        var held = 0;
        for (var number = 0; number < syncs.Count; number++)
        {
            var length = LengthAt(syncs[number]);
            var next = number + 1 < syncs.Count ? syncs[number + 1].Ended : int.MaxValue;
            using var image = new CrashImage(Path.Combine(run.Data, "ledger.db"), whole, length, tail);
            await using var ledger = StoredLedger.Open(image.Folder);
            (await ledger.IntegrityAsync()).ShouldBe("ok", $"flush {number} at {length}");
            var stored = await ledger.DeliveriesAsync();
            // An answer that went out before the next flush rests on this one.
            acknowledged.Where(answered => answered.Answer.Began < next && !stored.Contains(answered.Delivery)).Select(answered => answered.Delivery)
                .ShouldBeEmpty($"flush {number} at {length}");
            held = Math.Max(held, stored.Count);
        }

        held.ShouldBe(TracedRun.Deliveries);
    }

    private long LengthAt(SystemCall sync) => run.Calls
        .Where(call => call.Name == "pwrite64" && call.File == run.WriteAheadLog && call.Ended < sync.Began)
        .Max(call => long.Parse(call.Arguments[(call.Arguments.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture) + call.Result);
}
