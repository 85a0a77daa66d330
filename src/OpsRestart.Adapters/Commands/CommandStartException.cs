namespace OpsRestart.Adapters.Commands;

/// <summary>A command that can't be started: the program, its user or its folder is not there.</summary>
internal sealed class CommandStartException(string message, string advice, Exception? inner = null) : Exception(message, inner)
{
    public string Advice { get; } = advice;
}
