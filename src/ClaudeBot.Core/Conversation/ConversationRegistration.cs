using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Conversation;

public static class ConversationRegistration
{
    /// <summary>
    /// Adds what speaks on issues. <see cref="StateAnnouncer"/> is added as itself; the host that serves also adds it
    /// as a hosted service. Needs the rooms GitHub and Queue, and <see cref="ConversationOptions"/>.
    /// </summary>
    public static IServiceCollection AddConversation(this IServiceCollection services) => services
        .AddSingleton<OutgoingText>()
        .AddSingleton<BotIdentity>()
        .AddSingleton<BotComments>()
        .AddSingleton<ReviewReplies>()
        .AddSingleton<AnswerComments>()
        .AddSingleton<StateLabels>()
        .AddSingleton<StateNotice>()
        .AddSingleton<StateAnnouncer>()
        .AddSingleton<AnswerDeadline>()
        .AddSingleton<Messenger>()
        .AddSingleton<Postman>();
}
