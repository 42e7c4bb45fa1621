namespace ClaudeBot.Images;

/// <summary>An image is left out; the message says why, in a few fixed words that nobody outside chose.</summary>
internal sealed class ImageException(string message) : Exception(message);
