namespace OpsRestart.Adapters.RunStore;

/// <summary>The place for state can't be trusted or used: what is wrong with it, and what to do.</summary>
internal sealed class StateException(string message, string advice, Exception? inner = null) : Exception(message, inner)
{
    public string Advice { get; } = advice;
}
