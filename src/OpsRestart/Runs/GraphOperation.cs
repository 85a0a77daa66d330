namespace OpsRestart;

public enum GraphOperation
{
    Start,
    Stop,
    Restart,
}
