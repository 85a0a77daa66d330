namespace OpsRestart.Hosting;

/// <summary>Where an assembly is loaded from.</summary>
public enum LoadDecision
{
    /// <summary>PowerShell's own (Default) context: the framework, PowerShell itself, and the types that users see.</summary>
    Shared,

    /// <summary>The module's private context, from the folder of the module.</summary>
    Private,
}
