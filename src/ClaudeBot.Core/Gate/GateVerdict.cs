using System.Text;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Gate;

/// <summary>What the gate says of a change that is about to leave.</summary>
public abstract record GateVerdict
{
    /// <summary>All of it may go.</summary>
    public sealed record Allowed : GateVerdict;

    /// <summary>It may go without the changes to protected files.</summary>
    /// <param name="Change">The commit that may go.</param>
    /// <param name="HeldBack">The changes that it does not have, sorted by path.</param>
    public sealed record Reduced(CommittedChange Change, IReadOnlyList<ChangedFile> HeldBack) : GateVerdict;

    /// <summary>Nothing may go.</summary>
    /// <param name="Reasons">Sentences for people, with no secret in them.</param>
    public sealed record Blocked(IReadOnlyList<string> Reasons) : GateVerdict
    {
        private const int NamedAtMost = 10;

        /// <summary>The reasons as one text, in Markdown.</summary>
        public string Reason
        {
            get
            {
                var text = new StringBuilder("Nothing was pushed: the change did not pass the gate.\n");
                foreach (var reason in Reasons.Take(NamedAtMost))
                    text.Append("\n- ").Append(reason);
                if (Reasons.Count > NamedAtMost)
                    text.Append("\n- and ").Append(Reasons.Count - NamedAtMost).Append(" more");
                return text.ToString();
            }
        }
    }
}

/// <summary>A change that is about to leave, and the words that go with it.</summary>
/// <param name="Public">Texts that everybody can read already, such as the issue: a credential that stands there is no news.</param>
/// <param name="Words">What each text is, such as "the summary", and the text.</param>
public sealed record OutgoingChange(
    Workspace Workspace,
    string? Sha,
    RepositoryPolicy Policy,
    IReadOnlyList<string> Public,
    IReadOnlyList<(string What, string Text)> Words);
