using System.Security.Cryptography;
using System.Text;

namespace ClaudeBot.Sanitizing;

/// <summary>Names a task's text by its content, so that anybody can tell later whether it is still what was approved.</summary>
public static class ApprovedText
{
    /// <summary>SHA-256, in lower-case hexadecimal, of the title, a NUL and the body in UTF-8, with line ends as <c>\n</c>.</summary>
    public static string Hash(string title, string body) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\0{body.ReplaceLineEndings("\n")}")));
}
