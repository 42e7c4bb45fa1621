namespace ClaudeBot.Tests.Ledger;

/// <summary>How far the intake has read, and what it asked GitHub to send again.</summary>
public abstract class IntakeProgressConformance : StoreConformance
{
    private const string Source = "issues:octo/demo";

    [Fact]
    public async Task A_cursor_moves_forward_alone_and_each_source_has_its_own()
    {
        var first = Time.GetUtcNow();
        (await Intake.CursorAsync(Source, Cancellation)).ShouldBeNull();

        await Intake.MoveCursorAsync(Source, first, Cancellation);
        await Intake.MoveCursorAsync(Source, first.AddMinutes(5), Cancellation);
        await Intake.MoveCursorAsync(Source, first.AddMinutes(-5), Cancellation);

        (await Intake.CursorAsync(Source, Cancellation)).ShouldBe(first.AddMinutes(5));
        (await Intake.CursorAsync("issues:OCTO/Demo", Cancellation)).ShouldBe(first.AddMinutes(5), "GitHub's names know no case");
        (await Intake.CursorAsync("issues:octo/other", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_deliveries_those_in_the_inbox_and_those_asked_for_again_are_told()
    {
        string[] ids = [.. Enumerable.Range(0, 1200).Select(number => $"d-{number}")];
        await Inbox.StoreAsync(Delivery("d-3"), Cancellation);
        await Inbox.StoreAsync(Delivery("d-1100"), Cancellation);
        await Intake.MarkRedeliveredAsync("d-7", Cancellation);
        await Intake.MarkRedeliveredAsync("d-7", Cancellation);

        (await Intake.StoredAsync(ids, Cancellation)).ShouldBe(["d-3", "d-1100"], ignoreOrder: true);
        (await Intake.RedeliveredAsync(ids, Cancellation)).ShouldBe(["d-7"]);
        (await Intake.StoredAsync([], Cancellation)).ShouldBeEmpty();
    }
}
