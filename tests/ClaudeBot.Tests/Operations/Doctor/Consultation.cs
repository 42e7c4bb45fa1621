using System.Text.Json;
using ClaudeBot.Tests.Commands;

namespace ClaudeBot.Tests.Operations.Doctor;

/// <summary>One run of <c>doctor --json</c>.</summary>
internal sealed record Consultation(int Code, IReadOnlyList<Consultation.Line> Lines, string All)
{
    public static async Task<Consultation> HoldAsync(CommandRoom room, params string[] arguments)
    {
        var outcome = await room.RunAsync(["doctor", "--json", .. arguments]);
        outcome.Error.ShouldBeEmpty();
        return new Consultation(outcome.Code, [.. outcome.Json.GetProperty("findings").EnumerateArray().Select(Line.Of)], outcome.All);
    }

    /// <summary>The only line of a check that is not ok.</summary>
    public Line Of(string check) => Lines.Where(line => line.Check == check && line.Level != "ok").ShouldHaveSingleItem($"about {check}: {All}");

    public IEnumerable<Line> Bad => Lines.Where(line => line.Level != "ok");

    internal sealed record Line(string Check, string Level, string What, string? Remedy, bool Fixable)
    {
        public static Line Of(JsonElement json) => new(
            json.GetProperty("check").GetString()!, json.GetProperty("level").GetString()!, json.GetProperty("what").GetString()!, json.GetProperty("remedy").GetString(), json.GetProperty("fixable").GetBoolean());
    }
}
