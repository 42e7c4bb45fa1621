namespace ClaudeBot.Tests.Architecture;

/// <summary>
/// Which room may name which. The root vocabulary (task ids, repository names, issue references) is free to all and
/// names nobody. A new pair is a decision about the house: write it here, and say why in the pull request.
/// </summary>
public sealed class RoomsTests
{
    private static readonly Dictionary<string, string[]> MayName = new()
    {
        [""] = [],
        // The work
        ["Secrets"] = [],
        ["Processes"] = [],
        ["Egress"] = [],
        ["Sandbox"] = ["Egress", "Processes"],
        ["Sanitizing"] = [],
        ["GitHub"] = ["Secrets"],
        ["Images"] = ["GitHub", "Processes", "Sandbox"],
        ["Workspaces"] = ["GitHub", "Processes", "Secrets"],
        ["Agents"] = ["Processes", "Sandbox", "Secrets"],
        ["Queue"] = ["Ledger"],
        ["Conversation"] = ["GitHub", "Queue", "Secrets"],
        // What is said about the bot's pull requests, gathered into tasks.
        ["FollowUps"] = ["Queue"],
        // Comments are read as the page shows them: nothing hidden is an order.
        ["Triggers"] = ["Conversation", "FollowUps", "GitHub", "Queue", "Sanitizing", "Secrets"],
        ["Gate"] = ["Processes", "Sandbox", "Secrets", "Workspaces"],
        ["PullRequests"] = ["Conversation", "Gate", "GitHub", "Queue", "Secrets", "Workspaces"],
        ["Runs"] = ["Agents", "Conversation", "FollowUps", "Gate", "GitHub", "Images", "Ledger", "PullRequests", "Queue", "Sandbox", "Sanitizing", "Secrets", "Workspaces"],
        // The operator's defaults for repositories are read at the start, too, so that a fault is told before an issue waits for it.
        ["Configuration"] = ["Agents", "FollowUps", "Gate", "GitHub", "Ledger", "Queue", "Sandbox", "Secrets", "Triggers", "Workspaces"],
        // The ledger's rows speak of the rooms whose stores it holds; each database plugs in beneath it.
        ["Ledger"] = ["Conversation", "FollowUps", "GitHub", "Ledger.Sqlite", "Queue", "Runs", "Triggers"],
        ["Ledger.Sqlite"] = ["Conversation", "FollowUps", "GitHub", "Ledger", "Queue", "Runs", "Triggers"],
        // The executable
        ["Webhooks"] = ["Secrets", "Triggers"],
        ["Gateway"] = ["Agents", "Queue", "Runs", "Secrets"],
        ["StatusWeb"] = ["Ledger", "Queue", "Runs", "Secrets"],
        // A bot's report tells of its tasks in the form in which the status web shows them.
        ["Operations"] = ["Configuration", "GitHub", "Ledger", "Ledger.Sqlite", "Processes", "Queue", "Runs", "Secrets", "StatusWeb", "Triggers"],
        // It looks at everything, and nothing but its verb names it.
        ["Operations.Doctor"] = ["*"],
        ["Hosting"] = ["*"],
        ["Commands"] = ["*"],
    };

    /// <summary>Pairs that the code has and the house does not want. Each must still be there: when it goes, its line goes.</summary>
    private static readonly (string From, string To)[] Debts =
    [
        ("Queue", "Ledger.Sqlite"),
        ("Operations", "Hosting"),
    ];

    [Fact]
    public void No_room_names_a_room_that_the_table_does_not_give_it()
    {
        var strays = Strays(MayName).Where(stray => !Debts.Contains((stray.FromRoom, stray.ToRoom!)));
        strays.Select(stray => $"{stray.From} names {stray.To}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_debt_is_still_owed() =>
        Debts.Except(Strays(MayName).Select(stray => (stray.FromRoom, stray.ToRoom!))).ShouldBeEmpty();

    [Fact]
    public void A_pair_taken_out_of_the_table_is_reported()
    {
        // The gateway prices calls inside an async method: the reader must see into bodies.
        var wrong = new Dictionary<string, string[]>(MayName) { ["Gateway"] = ["Queue", "Runs", "Secrets"] };

        var strays = Strays(wrong).Where(stray => stray.FromRoom == "Gateway").ToArray();

        strays.ShouldContain(stray => stray.From.StartsWith("ClaudeBot.Gateway.SpendLog") && stray.To.StartsWith("ClaudeBot.Agents.ModelPrices"));
    }

    [Fact]
    public void Every_room_is_in_the_table() =>
        Rooms.References.Select(reference => reference.FromRoom).Distinct().Except(MayName.Keys).ShouldBeEmpty();

    private static IEnumerable<Reference> Strays(Dictionary<string, string[]> table) =>
        from reference in Rooms.References
        where reference.ToRoom is { Length: > 0 } && reference.ToRoom != reference.FromRoom
        let allowed = table.GetValueOrDefault(reference.FromRoom, [])
        // Only the program's first lines name the commands, whatever else a room may name.
        where reference.ToRoom == "Commands" || !(allowed.Contains("*") || allowed.Contains(reference.ToRoom))
        select reference;
}
