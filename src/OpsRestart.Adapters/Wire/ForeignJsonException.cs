namespace OpsRestart.Adapters.Wire;

/// <summary>JSON of another shape than was asked for. The message says where and how, as the end of a sentence; who reads it knows whose JSON it was.</summary>
internal sealed class ForeignJsonException(string message, Exception? innerException = null) : FormatException(message, innerException);
