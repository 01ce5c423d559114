import "./home-screen";
import "./camera-screen";
