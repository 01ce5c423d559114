import "./detection-screen";
import "./zones-screen";
