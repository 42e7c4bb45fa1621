using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>Passes an agent's events on: redacted, cut to the length that <see cref="AgentEvent"/> promises.</summary>
internal sealed class AgentVoice(SecretMask mask, Action<AgentEvent>? listener)
{
    private const int Longest = 500;

    public void Say(string kind, string text)
    {
        var clean = mask.Mask(text.Trim());
        listener?.Invoke(new AgentEvent(kind, clean.Length <= Longest ? clean : clean[..(Longest - 2)] + " …"));
    }
}
