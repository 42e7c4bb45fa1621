namespace ClaudeBot.StatusWeb.Actions;

/// <summary>An order that is not taken, with the status to answer with.</summary>
internal sealed class OrderException(string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public int Status => status;
}
