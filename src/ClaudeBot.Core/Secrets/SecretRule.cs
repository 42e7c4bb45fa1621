using System.Buffers;
using System.Text.RegularExpressions;

namespace ClaudeBot.Secrets;

/// <summary>How one family of credentials looks.</summary>
/// <param name="Kind">In words that follow "looks like".</param>
/// <param name="Keywords">One of them stands in every match, in any case; asked first, since that is much cheaper than the pattern.</param>
internal sealed record SecretRule(string Kind, string[] Keywords, Regex Pattern)
{
    private readonly SearchValues<string> _keywords = SearchValues.Create(Keywords, StringComparison.OrdinalIgnoreCase);

    /// <summary>Below this many bits for each character a match is a placeholder.</summary>
    public double Entropy { get; init; } = 2.5;

    /// <summary>A further look at a match: the whole of it, and the secret in it.</summary>
    public Func<string, string, bool> Accepts { get; init; } = (_, _) => true;

    /// <summary>The places in the text; where the pattern has a group, that is the secret, else the whole match.</summary>
    public IEnumerable<SecretSpan> Find(string text)
    {
        if (!text.AsSpan().ContainsAny(_keywords))
            yield break;

        foreach (Match match in Pattern.Matches(text))
        {
            var secret = match.Groups.Values.Skip(1).FirstOrDefault(group => group.Success) ?? match;
            if (Randomness.Entropy(secret.ValueSpan) >= Entropy && !Randomness.IsPlaceholder(secret.ValueSpan) && Accepts(match.Value, secret.Value))
                yield return new SecretSpan(this, secret.Index, secret.Length);
        }
    }
}
